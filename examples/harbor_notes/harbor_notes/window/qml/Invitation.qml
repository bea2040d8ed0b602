// What is not part of the license, said plainly, and the way on.
import QtQuick
import QtQuick.Controls.FluentWinUI3

Dialog {
    id: invitation

    property string detail
    signal taken

    anchors.centerIn: parent
    width: 420
    modal: true
    onAccepted: taken()

    contentItem: Text {
        text: invitation.detail
        wrapMode: Text.Wrap
        color: Theme.ink
        font.pixelSize: 14
        lineHeight: 1.25
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }

    footer: DialogButtonBox {
        Button {
            text: qsTr("Activate…")
            Accessible.name: text
            highlighted: true
            DialogButtonBox.buttonRole: DialogButtonBox.AcceptRole
        }
        Button {
            text: qsTr("Not now")
            Accessible.name: text
            DialogButtonBox.buttonRole: DialogButtonBox.RejectRole
        }
    }
}
