// A sentence that is said, and goes again by itself.
import QtQuick

Rectangle {
    id: toast

    function say(sentence) {
        words.text = sentence;
        opacity = 1;
        away.restart();
    }

    anchors { bottom: parent.bottom; bottomMargin: 26; horizontalCenter: parent.horizontalCenter }
    width: Math.min(words.implicitWidth + 32, parent.width - 60)
    height: words.implicitHeight + 20
    radius: 8
    color: Theme.ink
    opacity: 0
    visible: opacity > 0

    Behavior on opacity { NumberAnimation { duration: 160 } }

    Timer {
        id: away
        interval: 6000
        onTriggered: toast.opacity = 0
    }

    Text {
        id: words
        objectName: "toast"
        anchors.fill: parent
        anchors.margins: 10
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
        color: Theme.sea
        Accessible.role: Accessible.AlertMessage
        Accessible.name: text
    }
}
