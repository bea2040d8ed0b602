// The small form of a first run: type a key, sign in instead, or go on with what works without.
import QtQuick
import QtQuick.Layouts
import QtQuick.Controls.FluentWinUI3
import "components"
import "parts"
import "pages"

Shell {
    id: window

    readonly property var labels: bridge.labels
    readonly property var activation: bridge.activation
    readonly property var yourInfo: bridge.yourInfo
    readonly property bool done: !!activation.activated

    width: 520
    height: 620
    minimumWidth: 320
    minimumHeight: 320
    title: labels["first_run"].replace("{product}", bridge.product)
    scrolled: scrolling
    onDoneChanged: if (done && activation.ready) window.close()

    Shortcut { sequences: [StandardKey.Cancel, StandardKey.Close]; onActivated: window.yourInfo.signing_in ? window.bridge.perform("your_info", "cancel", []) : window.close() }
    Connections {
        target: window.bridge
        function onLed(page: string, part: string): void { if (part === "key") entry.take() }
    }

    Flickable {
        id: scrolling
        anchors.fill: parent
        contentWidth: width
        contentHeight: sheet.implicitHeight + 48
        boundsBehavior: Flickable.StopAtBounds
        ScrollBar.vertical: ScrollBar {}
        ColumnLayout {
            id: sheet
            x: 24
            y: 24
            width: scrolling.width - 48
            spacing: 16
            Line { text: window.title; font.pixelSize: Theme.title; font.weight: Font.DemiBold; Layout.fillWidth: true; Accessible.role: Accessible.Heading }
            Line { text: window.activation.view ? window.activation.view.sentence : ""; color: Theme.secondary; Layout.fillWidth: true }
            PageFrame {
                bridge: window.bridge
                name: "activation"
                snap: window.activation
                Layout.fillWidth: true
                KeyEntry { id: entry; bridge: window.bridge; busy: !!window.activation.busy }
            }
            PageFrame {
                id: signing
                bridge: window.bridge
                name: "your_info"
                snap: window.yourInfo
                Layout.fillWidth: true
                Loader {
                    active: !!window.yourInfo.signing_in
                    visible: active
                    Layout.fillWidth: true
                    sourceComponent: SigningIn { bridge: window.bridge; signingIn: window.yourInfo.signing_in || ({ way: "browser", sentence: "", qr: [] }) }
                }
                Action {
                    objectName: "sign_in"
                    visible: !window.yourInfo.signed_in && !window.yourInfo.signing_in
                    enabled: !signing.busy
                    text: window.labels["sign_in"]
                    wide: true
                    onClicked: signing.act("sign_in", [])
                }
                Action {
                    objectName: "troubleshoot"
                    visible: window.yourInfo.signed_in && !window.activation.troubleshooter
                    enabled: !window.activation.busy
                    text: window.labels["changed_hardware"]
                    wide: true
                    onClicked: window.bridge.perform("activation", "troubleshoot", [])
                }
            }
            Loader {
                active: !!window.activation.troubleshooter
                visible: active
                Layout.fillWidth: true
                sourceComponent: Troubleshooter {
                    bridge: window.bridge
                    found: window.activation.troubleshooter || ({ sentence: "", needs_sign_in: false, candidates: [] })
                    busy: !!window.activation.busy
                }
            }
            Card {
                icon: "star"
                title: window.labels["what_it_adds"]
                text: window.activation.view && window.activation.view.adds || ""
                visible: text !== ""
            }
            Action {
                objectName: "later"
                flat: true
                text: window.labels["later"]
                Layout.alignment: Qt.AlignRight
                onClicked: window.close()
            }
        }
    }
}
