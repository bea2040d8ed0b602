// Accounts > Your info: who is signed in; signing in, linking, signing out; related support.
import QtQuick
import QtQuick.Layouts
import "../components"
import "../parts"

PageFrame {
    id: page

    name: "your_info"
    snap: bridge.yourInfo

    Card {
        icon: "your_info"
        title: Theme.breakable(page.snap.headline)
        text: page.snap.explanation
        visible: !page.snap.signing_in
        Action {
            objectName: "sign_in"
            visible: page.snap.ready && !page.snap.signed_in
            highlighted: true
            enabled: !page.busy
            text: page.labels["sign_in"]
            onClicked: page.act("sign_in", [])
        }
        Action {
            objectName: "sign_out"
            visible: page.snap.ready && page.snap.signed_in
            enabled: !page.busy
            text: page.labels["sign_out"]
            onClicked: page.act("sign_out", [])
        }
    }
    Loader {
        active: !!page.snap.signing_in
        visible: active
        Layout.fillWidth: true
        sourceComponent: SigningIn { bridge: page.bridge; signingIn: page.snap.signing_in || ({ way: "browser", sentence: "", qr: [] }) }
    }
    RowButton {
        objectName: "sign_in_by_code"
        iconName: "phone"
        text: page.labels["sign_in_by_code"]
        visible: page.snap.ready && !page.snap.signed_in && !page.snap.signing_in
        enabled: !page.busy
        onClicked: page.act("sign_in_by_code", [])
    }
    Loader {
        active: !!page.snap.offer
        visible: active
        Layout.fillWidth: true
        sourceComponent: Card {
            id: offer
            icon: "link"
            title: page.snap.offer ? page.snap.offer.title : ""
            below: [
                ColumnLayout {
                    spacing: 8
                    Layout.fillWidth: true
                    Repeater {
                        model: page.snap.offer ? page.snap.offer.gains : []
                        RowLayout {
                            required property string modelData
                            spacing: 10
                            Layout.fillWidth: true
                            Icon { name: "good"; color: Theme.good; size: Math.round(16 * Theme.scale); Layout.alignment: Qt.AlignTop }
                            Line { text: parent.modelData; Layout.fillWidth: true }
                        }
                    }
                    Repeater {
                        model: page.snap.offer ? [page.snap.offer.necessary, page.snap.offer.shared, page.snap.offer.undone] : []
                        Line { required property string modelData; text: modelData; color: Theme.secondary; Layout.fillWidth: true }
                    }
                    Line { text: page.labels["key_confirms"]; Layout.fillWidth: true; Layout.topMargin: 6 }
                    Field {
                        id: confirming
                        objectName: "link_key"
                        Layout.fillWidth: true
                        Layout.maximumWidth: 380 * Theme.scale
                        Accessible.name: page.labels["key_confirms"]
                    }
                    GridLayout {
                        readonly property bool stretch: offer.narrow
                        columns: stretch ? 1 : 2
                        columnSpacing: 8
                        Layout.fillWidth: stretch
                        Layout.topMargin: 6
                        Action {
                            objectName: "link"
                            highlighted: true
                            enabled: !page.busy
                            text: page.labels["link"]
                            onClicked: page.act("link", [confirming.text])
                        }
                        Action { objectName: "decline"; text: page.labels["not_now"]; onClicked: page.act("decline", []) }
                    }
                }
            ]
        }
    }
    Card {
        icon: "link"
        title: page.snap.linked || ""
        text: page.labels["unlink_means"]
        visible: !!page.snap.linked && page.snap.signed_in
        Action {
            objectName: "unlink"
            enabled: !page.busy
            text: page.labels["unlink"]
            onClicked: page.ask(page.labels["unlink_question"], page.labels["unlink"], () => page.act("unlink", []))
        }
    }
    Line {
        text: page.labels["related_support"]
        visible: page.snap.support.length > 0 || !page.snap.signed_in
        font.weight: Font.DemiBold
        Layout.fillWidth: true
        Layout.topMargin: 20
        Layout.bottomMargin: 4
    }
    RowButton {
        objectName: "create_account"
        iconName: "people"
        leadsOut: true
        text: page.labels["create_account"]
        note: page.labels["open_page"]
        visible: page.snap.ready && !page.snap.signed_in
        enabled: !page.busy
        onClicked: page.act("create_account", [])
    }
    Repeater {
        model: page.snap.support
        RowButton {
            required property var modelData
            required property int index
            objectName: "support_" + index
            iconName: "help"
            leadsOut: true
            text: modelData.label
            note: page.labels["open_page"]
            onClicked: page.bridge.openAddress(modelData.url)
        }
    }
}
