// A button with words; its words wrap where the window is narrow.
import QtQuick
import QtQuick.Layouts
import QtQuick.Controls.FluentWinUI3

Button {
    id: action

    property bool wide: !!parent && parent.stretch === true

    // As wide as its words; narrower where there is no room for them, wider where it stands alone in its row.
    Layout.fillWidth: true
    Layout.maximumWidth: wide ? Number.POSITIVE_INFINITY : Math.ceil(implicitWidth)
    leftPadding: 14
    rightPadding: 14
    topPadding: 6
    bottomPadding: 6
    font.pixelSize: Theme.body
    implicitHeight: Math.max(32, label.implicitHeight + 12)
    implicitWidth: label.implicitWidth + 28
    focusPolicy: Qt.StrongFocus
    Accessible.name: text
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    contentItem: Text {
        id: label
        text: action.text
        font: action.font
        wrapMode: Text.Wrap
        textFormat: Text.PlainText
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        color: action.highlighted ? Theme.inkOnAccent : action.flat ? Theme.accent : Theme.text
        opacity: action.enabled ? 1 : 0.5
        Accessible.ignored: true
    }
    background: Rectangle {
        radius: 4
        color: action.highlighted ? Theme.accent
            : action.flat ? (action.hovered || action.down ? Theme.railHover : "transparent")
            : Theme.pick(action.down ? "#f5f5f5" : action.hovered ? "#f9f9f9" : "#fefefe",
                         action.down ? "#323232" : action.hovered ? "#3f3f3f" : "#373737", "#000000")
        border.width: action.flat || (action.highlighted && !Theme.contrast) ? 0 : 1
        border.color: Theme.pick("#d0d0d0", "#444444", "#ffffff")
        opacity: !action.enabled ? 0.5 : action.highlighted && (action.hovered || action.down) ? (action.down ? 0.8 : 0.9) : 1
    }
    FocusRing { target: action }
}
