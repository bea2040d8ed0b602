// Labels and values, in two columns; one under the other where there is no room.
import QtQuick
import QtQuick.Layouts

GridLayout {
    id: facts

    property var rows: []
    property bool mono: false
    readonly property bool narrow: width < 420 * Theme.scale

    columns: narrow ? 1 : 2
    columnSpacing: 24
    rowSpacing: narrow ? 2 : 8
    Layout.fillWidth: true

    Repeater {
        model: facts.rows.length * 2
        Line {
            required property int index
            readonly property bool isLabel: index % 2 === 0
            readonly property var row: facts.rows[Math.floor(index / 2)] || ["", ""]
            text: row[index % 2]
            color: isLabel ? Theme.secondary : Theme.text
            font.family: facts.mono && !isLabel ? "monospace" : Qt.application.font.family
            wrapMode: isLabel && !facts.mono ? Text.Wrap : Text.WrapAtWordBoundaryOrAnywhere
            Layout.preferredWidth: facts.narrow ? -1 : isLabel ? facts.mono ? facts.width * 0.48 : Math.min(220 * Theme.scale, facts.width * 0.38) : facts.width * (facts.mono ? 0.48 : 0.6)
            Layout.fillWidth: !isLabel || facts.narrow
            Layout.bottomMargin: facts.narrow && !isLabel ? 8 : 0
            Layout.alignment: Qt.AlignTop
        }
    }
}
