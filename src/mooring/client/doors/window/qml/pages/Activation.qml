// System > Activation: the state, another product key, the troubleshooter, and what to do in time.
import QtQuick
import QtQuick.Layouts
import "../components"
import "../parts"

PageFrame {
    id: page

    name: "activation"
    snap: bridge.activation
    readonly property var state_: snap.view
    readonly property string tone: state_ ? state_.tone : "info"

    function lead(part: string): void {
        if (part === "key") {
            change.open = true
            entry.take()
        }
    }

    Expander {
        objectName: "state"
        open: true
        icon: page.tone === "info" ? "activation" : page.tone
        iconColor: Theme.tone(page.tone)
        title: page.labels["activation_state"]
        value: page.state_ ? page.state_.sentence : ""
        moreLabel: page.labels["show_more"]
        lessLabel: page.labels["show_less"]
        visible: page.snap.ready
        Line { text: page.state_ && !page.snap.told && page.state_.why || ""; visible: text !== ""; Layout.fillWidth: true }
        Line {
            text: page.state_ && page.state_.next_step ? page.state_.next_step.label : ""
            visible: text !== "" && !page.snap.way && !page.snap.told
            Layout.fillWidth: true
        }
        Action {
            objectName: "state_step"
            highlighted: true
            visible: !!(page.state_ && page.state_.next_step && page.snap.way) && page.snap.way !== "key" && !page.snap.told
            enabled: !page.busy
            text: page.state_ && page.state_.next_step ? page.state_.next_step.label : ""
            onClicked: page.bridge.take("activation", true)
        }
        Facts { rows: page.state_ ? page.state_.facts : []; visible: rows.length > 0 }
    }
    Loader {
        active: !!page.snap.troubleshooter
        visible: active
        Layout.fillWidth: true
        sourceComponent: Troubleshooter {
            bridge: page.bridge
            found: page.snap.troubleshooter || ({ sentence: "", needs_sign_in: false, candidates: [] })
            busy: page.busy
        }
    }
    Card {
        icon: "star"
        title: page.labels["what_it_adds"]
        text: page.state_ && page.state_.adds || ""
        visible: text !== ""
    }
    Expander {
        id: change
        objectName: "change"
        icon: "key"
        title: page.labels[page.snap.activated ? "change_key" : "product_key"]
        visible: page.snap.ready
        open: page.snap.ready && !page.snap.activated
        moreLabel: page.labels["show_more"]
        lessLabel: page.labels["show_less"]
        KeyEntry { id: entry; titled: page.snap.activated; bridge: page.bridge; busy: page.busy }
    }
    Card {
        icon: "tool"
        title: page.labels["trouble"]
        text: page.labels["changed_hardware"]
        visible: page.snap.ready && !page.snap.troubleshooter
        Action {
            objectName: "troubleshoot"
            enabled: !page.busy
            text: page.labels["troubleshoot"]
            onClicked: page.act("troubleshoot", [])
        }
    }
    Card {
        icon: "move"
        title: page.labels["before_hardware"]
        text: page.snap.before_hardware || ""
        visible: text !== ""
        Action {
            objectName: "link_first"
            visible: page.snap.advise_linking
            text: page.labels["link_first"]
            onClicked: page.bridge.goTo("your_info")
        }
    }
    Repeater {
        model: page.state_ ? page.state_.advice : []
        Card { required property string modelData; icon: "about"; title: page.labels["advice"]; text: modelData }
    }
    Card {
        icon: "refresh"
        title: page.labels["renewal"]
        text: page.labels["renewal_means"]
        visible: page.snap.activated
        Action { objectName: "renew"; text: page.labels["renew"]; enabled: !page.busy; onClicked: page.act("renew", []) }
    }
    Card {
        icon: "refresh"
        title: page.labels["this_hardware"]
        text: page.labels["this_hardware_means"]
        visible: page.snap.ready && !page.snap.activated
        Action { objectName: "activate_again"; text: page.labels["activate"]; Accessible.name: text + ": " + page.labels["this_hardware"]; enabled: !page.busy; onClicked: page.act("activate_again", []) }
    }
    Card {
        icon: "devices"
        title: page.labels["elsewhere"]
        text: page.labels["elsewhere_means"]
        visible: page.snap.activated
        Action {
            objectName: "deactivate"
            text: page.labels["deactivate"]
            enabled: !page.busy
            onClicked: page.ask(page.snap.deactivate_question, page.labels["deactivate"], () => page.act("deactivate", []))
        }
    }
}
