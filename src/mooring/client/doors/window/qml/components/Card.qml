// A card of Settings: an icon, a title and what it means at the start, controls at the end or below.
import QtQuick
import QtQuick.Layouts

Rectangle {
    id: card

    property string icon
    property color iconColor: Theme.text
    property string title
    property string text
    property string badge
    default property alias controls: end.data
    property alias below: under.data
    readonly property bool narrow: width < Theme.narrow
    readonly property bool cramped: width < Theme.cramped

    Layout.fillWidth: true
    implicitHeight: grid.implicitHeight + 28
    color: Theme.card
    border.color: Theme.cardEdge
    radius: 6
    Accessible.role: Accessible.Grouping
    Accessible.name: title || text

    GridLayout {
        id: grid
        anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; leftMargin: Theme.inset(card.cramped); rightMargin: Theme.inset(card.cramped) }
        columns: card.narrow ? 2 : 3
        columnSpacing: 16
        rowSpacing: 10

        Icon {
            name: card.icon
            color: card.iconColor
            visible: card.icon !== "" && !card.cramped
            Layout.alignment: card.narrow ? Qt.AlignTop : Qt.AlignVCenter
        }
        ColumnLayout {
            spacing: 2
            Layout.fillWidth: true
            Layout.columnSpan: card.icon === "" || card.cramped ? 2 : 1
            visible: card.title !== "" || card.text !== ""
            Line { text: card.title; visible: text !== ""; Layout.fillWidth: true }
            Line { text: card.badge; visible: text !== ""; color: Theme.accent; font.pixelSize: Theme.caption; font.weight: Font.DemiBold; Layout.fillWidth: true }
            Line { text: card.text; visible: text !== ""; color: Theme.secondary; font.pixelSize: Theme.caption; Layout.fillWidth: true }
        }
        GridLayout {
            id: end
            readonly property bool stretch: card.narrow
            columnSpacing: 8
            rowSpacing: 8
            flow: card.narrow ? GridLayout.TopToBottom : GridLayout.LeftToRight
            visible: children.length > 0
            Layout.columnSpan: card.narrow ? 2 : 1
            Layout.fillWidth: card.narrow
        }
        ColumnLayout {
            id: under
            spacing: 10
            visible: children.length > 0
            Layout.columnSpan: card.narrow ? 2 : 3
            Layout.fillWidth: true
            Layout.leftMargin: card.narrow || card.icon === "" ? 0 : Math.round(20 * Theme.scale) + 16
        }
    }
}
