// A button with a picture; its name is said to those who do not see it, and shown on hovering.
import QtQuick
import QtQuick.Controls.FluentWinUI3

Button {
    id: tile

    property string picture
    property string shortcut

    flat: true
    implicitWidth: 40
    implicitHeight: 36
    Accessible.name: tile.text
    ToolTip.visible: tile.hovered && ToolTip.text !== ""
    ToolTip.delay: 500
    ToolTip.text: tile.shortcut === "" ? tile.text : qsTr("%1 (%2)").arg(tile.text).arg(tile.shortcut)

    contentItem: Item {
        Icon {
            anchors.centerIn: parent
            path: tile.picture
            color: tile.enabled ? Theme.ink : Theme.faint
        }
    }

    Shortcut {
        sequence: tile.shortcut
        enabled: tile.shortcut !== "" && tile.enabled
        onActivated: tile.clicked()
    }
}
