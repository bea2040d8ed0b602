// A switch beside its state in a word: it shows what is so, and asks to change it; it does not turn by itself.
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import "../components"

T.AbstractButton {
    id: toggle

    property bool on: false
    property string onLabel
    property string offLabel
    property string about
    property bool wide: !!parent && parent.stretch === true
    readonly property real thick: Math.round(20 * Theme.scale)

    text: on ? onLabel : offLabel
    focusPolicy: Qt.StrongFocus
    opacity: enabled ? 1 : 0.5
    implicitWidth: row.implicitWidth
    implicitHeight: Math.max(32, row.implicitHeight)
    Layout.fillWidth: wide
    Accessible.role: Accessible.CheckBox
    Accessible.name: about
    Accessible.description: text
    Accessible.checkable: true
    Accessible.checked: on
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    RowLayout {
        id: row
        anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter }
        spacing: 12
        // The word has the room of the longer one, so that the switch stays where it is.
        Line {
            text: toggle.text
            lineHeight: 1
            horizontalAlignment: toggle.wide ? Text.AlignLeft : Text.AlignRight
            Accessible.ignored: true
            Layout.minimumWidth: Math.max(onRoom.advanceWidth, offRoom.advanceWidth) + 2
        }
        Rectangle {
            id: track
            implicitWidth: toggle.thick * 2
            implicitHeight: toggle.thick
            radius: height / 2
            color: toggle.on ? Theme.accent : "transparent"
            border.width: toggle.on ? 0 : 1
            border.color: Theme.secondary
            Rectangle {
                readonly property real gap: Math.round(4 * Theme.scale)
                height: parent.height - 2 * gap
                width: height
                radius: height / 2
                y: gap
                x: (toggle.on !== toggle.mirrored) ? parent.width - width - gap : gap
                color: toggle.on ? Theme.inkOnAccent : Theme.secondary
            }
        }
        Item { visible: toggle.wide; Layout.fillWidth: true }
    }
    TextMetrics { id: onRoom; text: toggle.onLabel; font.pixelSize: Theme.body }
    TextMetrics { id: offRoom; text: toggle.offLabel; font.pixelSize: Theme.body }
    FocusRing { target: toggle }
}
