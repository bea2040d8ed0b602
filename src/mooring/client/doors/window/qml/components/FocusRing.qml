// What shows where the keyboard is, around a control of our own.
import QtQuick

Rectangle {
    required property Item target
    property real corner: 6

    anchors.fill: target
    anchors.margins: -2
    visible: target.visualFocus === true
    color: "transparent"
    radius: corner
    border.width: 2
    border.color: Theme.focus
    z: 10
}
