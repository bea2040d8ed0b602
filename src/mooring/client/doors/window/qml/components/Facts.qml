// Labels and values, in two columns; one under the other where there is no room.
import QtQuick
import QtQuick.Layouts

Column {
    id: facts

    property var rows: []
    property bool mono: false
    readonly property bool narrow: width < 420 * Theme.scale
    readonly property real first: mono ? width * 0.48 : Math.min(220 * Theme.scale, width * 0.38)

    spacing: 8
    Layout.fillWidth: true

    // Placed by hand: a layout of texts that wrap would be arranged again and again.
    Repeater {
        model: facts.rows
        Item {
            id: row
            required property var modelData
            width: facts.width
            height: facts.narrow ? label.height + value.height + 2 : Math.max(label.height, value.height)
            Line {
                id: label
                x: facts.narrow || !mirrored ? 0 : row.width - width
                readonly property bool mirrored: row.LayoutMirroring.enabled
                width: facts.narrow ? row.width : facts.first
                text: facts.mono ? Theme.breakable(row.modelData[0]) : row.modelData[0]
                color: Theme.secondary
                wrapMode: Text.WrapAtWordBoundaryOrAnywhere
            }
            Line {
                id: value
                x: facts.narrow || label.mirrored ? 0 : facts.first + 24
                y: facts.narrow ? label.height + 2 : 0
                width: facts.narrow ? row.width : row.width - facts.first - 24
                text: facts.mono ? Theme.breakable(row.modelData[1]) : row.modelData[1]
                font.family: facts.mono ? "monospace" : Qt.application.font.family
                wrapMode: Text.WrapAtWordBoundaryOrAnywhere
            }
        }
    }
}
