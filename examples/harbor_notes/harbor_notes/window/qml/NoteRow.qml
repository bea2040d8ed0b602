// A note in the list: its first line, a taste of the others, and its day.
import QtQuick
import QtQuick.Controls.FluentWinUI3
import QtQuick.Layouts

ItemDelegate {
    id: row

    required property int index
    required property string noteId
    required property string title
    required property string preview
    required property string day
    property bool chosen: false

    width: ListView.view ? ListView.view.width : 0
    implicitHeight: lines.implicitHeight + 22
    Accessible.name: qsTr("%1, %2").arg(title).arg(day)
    Accessible.role: Accessible.ListItem
    Accessible.selected: chosen

    background: Rectangle {
        radius: 8
        color: row.chosen ? Theme.chosen : row.hovered || row.visualFocus ? Theme.hover : "transparent"
        border.width: row.visualFocus ? 2 : row.chosen ? 1 : 0
        border.color: row.visualFocus ? Theme.accent : Theme.edge

        Rectangle {
            visible: row.chosen
            x: 0
            anchors.verticalCenter: parent.verticalCenter
            width: 3
            height: 18
            radius: 2
            color: Theme.accent
        }
    }

    contentItem: ColumnLayout {
        id: lines
        spacing: 2

        RowLayout {
            spacing: 8
            Text {
                Layout.fillWidth: true
                text: row.title
                textFormat: Text.PlainText
                elide: Text.ElideRight
                color: Theme.ink
                font.weight: Font.DemiBold
                font.pixelSize: 14
            }
            Text {
                text: row.day
                color: Theme.faint
                font.pixelSize: 12
            }
        }
        Text {
            Layout.fillWidth: true
            visible: text !== ""
            text: row.preview
            textFormat: Text.PlainText
            elide: Text.ElideRight
            color: Theme.faint
            font.pixelSize: 13
        }
    }
}
