// A field to type in: a line under it, which the keyboard's place makes thick.
import QtQuick
import QtQuick.Controls.FluentWinUI3

TextField {
    id: field

    color: Theme.text
    font.pixelSize: Theme.body
    placeholderTextColor: Theme.secondary
    selectionColor: Theme.accent
    selectedTextColor: Theme.inkOnAccent
    implicitHeight: Math.max(32, contentHeight + 12)
    leftPadding: 10
    rightPadding: 10
    topPadding: 6
    bottomPadding: 6
    background: Rectangle {
        radius: 4
        color: Theme.pick(field.activeFocus ? "#ffffff" : "#fefefe", field.activeFocus ? "#1f1f1f" : "#383838", "#000000")
        border.color: Theme.pick("#d0d0d0", "#444444", "#ffffff")
        Rectangle {
            anchors { left: parent.left; right: parent.right; bottom: parent.bottom; leftMargin: 1; rightMargin: 1 }
            height: field.activeFocus ? 2 : 1
            color: field.activeFocus ? Theme.accent : Theme.secondary
        }
    }
}
