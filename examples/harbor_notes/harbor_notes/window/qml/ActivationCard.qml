// How Harbor Notes is activated; without a license, what that means here and the way on.
import QtQuick
import QtQuick.Controls.FluentWinUI3
import QtQuick.Layouts

Rectangle {
    id: card

    required property QtObject desk
    readonly property bool bare: desk.known && !desk.activated

    implicitHeight: inner.implicitHeight + 24
    radius: 10
    color: bare ? Theme.lampPaper : "transparent"
    border.width: bare ? 1 : 0
    border.color: Qt.alpha(Theme.lamp, 0.35)
    visible: desk.known

    ColumnLayout {
        id: inner
        anchors { left: parent.left; right: parent.right; top: parent.top; margins: 12 }
        spacing: 6

        Text {
            Layout.fillWidth: true
            text: card.desk.sentence
            textFormat: Text.PlainText
            wrapMode: Text.Wrap
            color: card.bare ? Theme.lamp : Theme.faint
            font.pixelSize: 13
            font.weight: card.bare ? Font.DemiBold : Font.Normal
            Accessible.role: Accessible.StaticText
            Accessible.name: text
        }
        Text {
            Layout.fillWidth: true
            visible: card.bare
            text: qsTr("Room for %1 notes, %2 used. Home takes any number; Pro prints them to a PDF, too.")
                .arg(card.desk.room).arg(card.desk.count)
            wrapMode: Text.Wrap
            color: Theme.ink
            font.pixelSize: 13
            Accessible.role: Accessible.StaticText
            Accessible.name: text
        }
        RowLayout {
            visible: card.bare
            spacing: 8
            Layout.topMargin: 2
            Button {
                objectName: "activateButton"
                text: qsTr("Activate…")
                Accessible.name: text
                highlighted: true
                onClicked: card.desk.activate()
            }
            Button {
                text: qsTr("Why?")
                Accessible.name: text
                flat: true
                onClicked: card.desk.settings("activation")
            }
        }
    }
}
