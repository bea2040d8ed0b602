// Privacy: what a person decides; exactly what is sent and what for, before it is sent; and what nobody gets.
import QtQuick
import QtQuick.Layouts
import "../components"
import "../parts"

PageFrame {
    id: page

    name: "privacy"
    snap: bridge.privacy

    Card { icon: "privacy"; iconColor: Theme.good; title: page.snap.headline }
    Line { text: page.labels["you_decide"]; visible: page.snap.explanation !== ""; font.weight: Font.DemiBold; Layout.topMargin: 20; Layout.bottomMargin: 4; Layout.fillWidth: true }
    Card {
        icon: "people"
        title: page.snap.explanation
        visible: page.snap.ready && page.snap.explanation !== ""
        Action {
            objectName: "sign_in_to_choose"
            visible: !page.snap.signed_in
            text: page.labels["sign_in"]
            onClicked: { page.bridge.goTo("your_info"); page.bridge.perform("your_info", "sign_in", []) }
        }
    }
    Repeater {
        model: page.snap.choices.length // and not the choices: a switch that was turned keeps its focus
        Card {
            id: row
            required property int index
            readonly property var choice: page.snap.choices[index] ?? ({ name: "", title: "", text: "", asked: true, agreed: false })
            icon: ({ "device_name": "devices" })[choice.name] || "document"
            title: choice.title
            text: choice.asked ? choice.text : choice.text + "\n" + page.labels["not_asked_any_more"]
            badge: choice.since || ""
            Toggle {
                objectName: "choice_" + row.choice.name
                on: row.choice.agreed
                enabled: !page.busy && (row.choice.agreed || row.choice.asked)
                about: row.choice.title
                onLabel: page.labels["on"]
                offLabel: page.labels["off"]
                onClicked: page.act(row.choice.agreed ? "withdraw" : "agree", [row.choice.name])
            }
        }
    }
    Card {
        icon: "close"
        title: page.labels["all_choices"]
        visible: page.snap.shares
        Action {
            objectName: "share_nothing"
            enabled: !page.busy
            text: page.labels["share_nothing"]
            onClicked: page.act("share_nothing", [])
        }
    }
    Line { text: page.snap.not_asked || ""; visible: text !== ""; color: Theme.secondary; font.pixelSize: Theme.caption; Layout.topMargin: 8; Layout.fillWidth: true }
    Line { text: page.labels["purposes"]; font.weight: Font.DemiBold; Layout.topMargin: 20; Layout.bottomMargin: 4; Layout.fillWidth: true }
    Repeater {
        model: page.snap.purposes
        Expander {
            id: purpose
            required property var modelData
            required property int index
            objectName: "purpose_" + index
            icon: ({ "necessary": "activation", "account": "your_info", "others": "people" })[modelData.kind] || "about"
            title: modelData.name
            value: modelData.standing
            moreLabel: page.labels["show_more"]
            lessLabel: page.labels["show_less"]
            Line { text: purpose.modelData.explanation; Layout.fillWidth: true }
        }
    }
    Line { text: page.snap.preview_title; font.weight: Font.DemiBold; Layout.topMargin: 20; Layout.bottomMargin: 4; Layout.fillWidth: true }
    Card {
        icon: "document"
        title: page.snap.preview_note
        below: [ Facts { rows: page.snap.preview; mono: true; visible: rows.length > 0 } ]
    }
    Expander {
        objectName: "whole"
        icon: "document"
        title: page.labels["preview_whole"]
        moreLabel: page.labels["show_more"]
        lessLabel: page.labels["show_less"]
        Line { text: page.snap.preview_text; font.family: "monospace"; wrapMode: Text.WrapAnywhere; font.pixelSize: Theme.caption; Layout.fillWidth: true }
        Action { objectName: "copy_preview"; text: page.labels["copy"]; Accessible.name: text + ": " + page.labels["preview_whole"]; onClicked: page.bridge.copy(page.snap.preview_text) }
    }
    RowButton {
        objectName: "policy"
        iconName: "help"
        leadsOut: true
        text: page.snap.policy ? page.snap.policy.label : ""
        note: page.labels["open_page"]
        visible: !!page.snap.policy
        onClicked: page.bridge.openAddress(page.snap.policy.url)
    }
}
