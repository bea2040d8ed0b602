// What the last errand brought about, or why it did not: with its next step, until it is dismissed.
import QtQuick
import QtQuick.Layouts
import "../components"

Rectangle {
    id: banner

    property string tone: "info"
    property string title
    property string text
    property string step
    property bool stepIsButton: true
    property string dismissLabel
    readonly property bool cramped: width < Theme.cramped

    signal taken
    signal dismissed

    Layout.fillWidth: true
    implicitHeight: column.implicitHeight + 24
    radius: 6
    color: Theme.fill(tone)
    border.color: Theme.contrast ? Theme.tone(tone) : Theme.cardEdge
    Accessible.role: Accessible.AlertMessage
    Accessible.name: title
    Accessible.description: text

    RowLayout {
        id: column
        anchors { left: parent.left; right: parent.right; top: parent.top; margins: 12; leftMargin: banner.cramped ? 12 : 16 }
        spacing: banner.cramped ? 6 : 14
        Icon { visible: !banner.cramped; name: banner.tone === "info" ? "about" : banner.tone; color: Theme.tone(banner.tone); Layout.alignment: Qt.AlignTop }
        ColumnLayout {
            spacing: 4
            Layout.fillWidth: true
            Line { text: banner.title; visible: text !== ""; font.weight: Font.DemiBold; Layout.fillWidth: true }
            Line { text: banner.text; visible: text !== "" && text !== banner.title; Layout.fillWidth: true }
            Line { text: banner.step; visible: text !== "" && !banner.stepIsButton; Layout.fillWidth: true }
            Action {
                objectName: "take_step"
                text: banner.step
                visible: banner.step !== "" && banner.stepIsButton
                Layout.topMargin: 6
                onClicked: banner.taken()
            }
        }
        Action {
            objectName: "dismiss"
            flat: true
            text: "✕"
            visible: banner.dismissLabel !== ""
            Layout.minimumWidth: Math.ceil(implicitWidth)
            Accessible.name: banner.dismissLabel
            Layout.alignment: Qt.AlignTop
            onClicked: banner.dismissed()
        }
    }
}
