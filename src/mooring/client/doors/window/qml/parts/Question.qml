// A question before something that is not undone: yes, or no, which has the focus first.
import QtQuick
import QtQuick.Layouts
import QtQuick.Controls.FluentWinUI3
import "../components"

Dialog {
    id: question

    property var labels: ({})
    property string text
    property string verb
    property var then: null

    function ask(sentence: string, words: string, action: var): void {
        text = sentence
        verb = words
        then = action
        open()
        no.forceActiveFocus(Qt.TabFocusReason)
    }

    modal: true
    anchors.centerIn: Overlay.overlay
    width: Math.min(440 * Theme.scale, (Overlay.overlay ? Overlay.overlay.width : 440) - 32)
    padding: 24
    closePolicy: Popup.CloseOnEscape
    header: null
    footer: null
    background: Rectangle { color: Theme.card; border.color: Theme.cardEdge; radius: 8 }
    contentItem: ColumnLayout {
        spacing: 24
        Accessible.role: Accessible.Dialog
        Accessible.name: question.text
        Line { text: question.text; font.pixelSize: Math.round(16 * Theme.scale); Layout.fillWidth: true }
        GridLayout {
            columns: question.width < 300 * Theme.scale ? 1 : 2
            columnSpacing: 8
            rowSpacing: 8
            Action {
                objectName: "yes"
                text: question.verb
                wide: true
                onClicked: { question.close(); question.then() }
            }
            Action {
                id: no
                objectName: "no"
                highlighted: true
                text: question.labels["cancel"] || ""
                wide: true
                onClicked: question.close()
            }
        }
    }
}
