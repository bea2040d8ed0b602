// A page in the list on the side: an icon, its name, and a mark beside the one that is shown.
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import "../components"

T.AbstractButton {
    id: item

    property string iconName
    property bool current: false
    property bool wide: true
    property bool flat: false // one beside the other, not one under the other

    Layout.fillWidth: true
    implicitHeight: Math.max(36, wide ? label.implicitHeight + 14 : Math.round(20 * Theme.scale) + 16)
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.PageTab
    Accessible.name: text
    Accessible.selected: current
    Accessible.selectable: true
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    background: Rectangle {
        radius: 4
        color: item.current || item.hovered ? Theme.railHover : "transparent"
        border.width: Theme.contrast && item.current ? 1 : 0
        border.color: Theme.accent
        Rectangle {
            visible: item.current
            x: item.flat ? (parent.width - width) / 2 : item.LayoutMirroring.enabled ? parent.width - width : 0
            y: item.flat ? parent.height - height : (parent.height - height) / 2
            width: item.flat ? 16 : 3
            height: item.flat ? 3 : 16
            radius: 1.5
            color: Theme.accent
        }
    }
    RowLayout {
        anchors { fill: parent; leftMargin: item.flat ? (item.width - icon.width) / 2 : 12; rightMargin: item.flat ? 0 : 8 }
        spacing: 14
        Icon { id: icon; name: item.iconName; color: item.current ? Theme.accent : Theme.text }
        Line { id: label; text: item.text; visible: item.wide; Layout.fillWidth: true; Accessible.ignored: true }
    }
    FocusRing { target: item }
}
