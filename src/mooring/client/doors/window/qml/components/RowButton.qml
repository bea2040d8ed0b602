// A card that is a button in whole: what it leads to, and a sign of whether that is here or in the browser.
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T

T.AbstractButton {
    id: row

    property string iconName
    property string note
    property bool leadsOut: false
    readonly property bool cramped: width < Theme.cramped

    Layout.fillWidth: true
    implicitHeight: Math.max(place.implicitHeight + 28, 56)
    focusPolicy: Qt.StrongFocus
    opacity: enabled ? 1 : 0.5
    Accessible.role: leadsOut ? Accessible.Link : Accessible.Button
    Accessible.name: text
    Accessible.description: note
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    background: Rectangle {
        radius: 6
        color: row.hovered || row.down ? Theme.cardHover : Theme.card
        border.color: Theme.cardEdge
    }
    RowLayout {
        id: place
        anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; leftMargin: Theme.inset(row.cramped); rightMargin: Theme.inset(row.cramped) }
        spacing: row.cramped ? 8 : 16
        Icon { name: row.iconName; visible: !row.cramped }
        ColumnLayout {
            spacing: 2
            Layout.fillWidth: true
            Line { text: row.text; Layout.fillWidth: true; Accessible.ignored: true }
            Line { text: row.note; visible: text !== ""; color: Theme.secondary; font.pixelSize: Theme.caption; Layout.fillWidth: true; Accessible.ignored: true }
        }
        Icon {
            id: sign
            name: row.leadsOut ? "open" : "next"
            size: Math.round(16 * Theme.scale)
            color: Theme.secondary
            // It points to where one reads on.
            transform: Scale { origin.x: sign.width / 2; xScale: sign.LayoutMirroring.enabled ? -1 : 1 }
        }
    }
    FocusRing { target: row }
}
