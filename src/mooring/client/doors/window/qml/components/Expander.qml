// A card that opens: its head tells what it is about, its body the rest.
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T

ColumnLayout {
    id: expander

    property string icon
    property color iconColor: Theme.text
    property string title
    property string text
    property string value
    property bool open: false
    property string moreLabel
    property string lessLabel
    readonly property bool narrow: width < Theme.narrow
    readonly property bool cramped: width < Theme.cramped
    default property alias body: content.data

    spacing: -1
    Layout.fillWidth: true

    T.AbstractButton {
        id: head
        objectName: expander.objectName + "_head"
        Layout.fillWidth: true
        implicitHeight: Math.max(row.implicitHeight + 28, 56)
        text: expander.value === "" ? expander.title : expander.title + ": " + expander.value
        focusPolicy: Qt.StrongFocus
        checkable: true
        checked: expander.open
        onToggled: expander.open = checked
        Keys.onReturnPressed: expander.open = !expander.open
        Keys.onEnterPressed: expander.open = !expander.open
        Accessible.role: Accessible.Button
        Accessible.name: text
        Accessible.description: expander.open ? expander.lessLabel : expander.moreLabel
        Accessible.expandable: true
        Accessible.expanded: expander.open
        background: Rectangle {
            radius: 6
            color: head.hovered ? Theme.cardHover : Theme.card
            border.color: Theme.cardEdge
        }
        RowLayout {
            id: row
            anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; leftMargin: Theme.inset(expander.cramped); rightMargin: Theme.inset(expander.cramped) }
            spacing: expander.cramped ? 8 : 16
            Icon { name: expander.icon; color: expander.iconColor; visible: name !== "" && !expander.cramped }
            GridLayout {
                Layout.fillWidth: true
                columnSpacing: 16
                rowSpacing: 2
                columns: expander.narrow ? 1 : 2
                ColumnLayout {
                    spacing: 2
                    Layout.fillWidth: true
                    Line { text: expander.title; Layout.fillWidth: true }
                    Line { text: expander.text; visible: text !== ""; color: Theme.secondary; font.pixelSize: Theme.caption; Layout.fillWidth: true }
                }
                Line {
                    text: expander.value
                    visible: text !== ""
                    color: expander.iconColor
                    Layout.fillWidth: expander.narrow
                    Layout.maximumWidth: expander.narrow ? -1 : head.width * 0.5
                }
            }
            Icon { name: "down"; size: Math.round(16 * Theme.scale); color: Theme.secondary; rotation: expander.open ? 180 : 0 }
        }
        FocusRing { target: head }
    }
    Rectangle {
        // Flat while it is empty, not hidden: what is hidden is not arranged, has no height, and would stay hidden.
        readonly property bool empty: content.implicitHeight === 0
        visible: expander.open
        Layout.fillWidth: true
        implicitHeight: empty ? 0 : content.implicitHeight + 32
        border.width: empty ? 0 : 1
        color: Theme.card
        border.color: Theme.cardEdge
        radius: 6
        ColumnLayout {
            id: content
            anchors { left: parent.left; right: parent.right; top: parent.top; margins: Theme.inset(expander.cramped); leftMargin: expander.icon === "" || expander.narrow ? Theme.inset(expander.cramped) : 32 + Math.round(20 * Theme.scale) }
            spacing: 12
        }
    }
}
