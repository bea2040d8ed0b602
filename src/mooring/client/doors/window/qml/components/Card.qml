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
    readonly property bool narrow: width < 560 * Theme.scale

    Layout.fillWidth: true
    implicitHeight: grid.implicitHeight + 28
    color: Theme.card
    border.color: Theme.cardEdge
    radius: 6
    Accessible.role: Accessible.Grouping
    Accessible.name: title || text

    GridLayout {
        id: grid
        anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; leftMargin: 16; rightMargin: 16 }
        columns: card.narrow ? 2 : 3
        columnSpacing: 16
        rowSpacing: 10

        Icon {
            name: card.icon
            color: card.iconColor
            visible: card.icon !== ""
            Layout.alignment: card.narrow ? Qt.AlignTop : Qt.AlignVCenter
        }
        ColumnLayout {
            spacing: 2
            Layout.fillWidth: true
            Layout.columnSpan: card.icon === "" ? 2 : 1
            visible: card.title !== "" || card.text !== ""
            RowLayout {
                spacing: 10
                visible: card.title !== ""
                Line { text: card.title; Layout.fillWidth: card.badge === ""; Layout.maximumWidth: parent.width }
                Rectangle {
                    visible: card.badge !== ""
                    radius: height / 2
                    color: "transparent"
                    border.color: Theme.accent
                    implicitWidth: badge.implicitWidth + 16
                    implicitHeight: badge.implicitHeight + 4
                    Line { id: badge; anchors.centerIn: parent; text: card.badge; font.pixelSize: Theme.caption; color: Theme.accent; wrapMode: Text.NoWrap }
                }
            }
            Line { text: card.text; visible: text !== ""; color: Theme.secondary; font.pixelSize: Theme.caption; Layout.fillWidth: true }
        }
        Flow {
            id: end
            spacing: 8
            visible: children.length > 0
            Layout.columnSpan: card.narrow ? 2 : 1
            Layout.fillWidth: card.narrow
            Layout.maximumWidth: card.narrow ? -1 : grid.width * 0.55
            Layout.leftMargin: card.narrow && card.icon !== "" ? 36 * Theme.scale : 0
            layoutDirection: Qt.LeftToRight
        }
        ColumnLayout {
            id: under
            spacing: 10
            visible: children.length > 0
            Layout.columnSpan: card.narrow ? 2 : 3
            Layout.fillWidth: true
        }
    }
}
