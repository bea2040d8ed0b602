// The colors and sizes of Settings: those of Windows 11, in light, dark and high contrast.
pragma Singleton
import QtQuick

QtObject {
    property string scheme: "light"
    property real scale: 1

    readonly property bool dark: scheme !== "light"
    readonly property bool contrast: scheme === "contrast"

    readonly property color mica: pick("#f3f3f3", "#202020", "#000000")
    readonly property color card: pick("#fbfbfb", "#2b2b2b", "#000000")
    readonly property color cardHover: pick("#f6f6f6", "#323232", "#1a1a1a")
    readonly property color cardEdge: pick("#e5e5e5", "#1d1d1d", "#ffffff")
    readonly property color railHover: pick("#eaeaea", "#2d2d2d", "#1a1a1a")
    readonly property color text: pick("#1b1b1b", "#ffffff", "#ffffff")
    readonly property color secondary: pick("#5d5d5d", "#cccccc", "#ffffff")
    readonly property color accent: pick("#005fb8", "#60cdff", "#ffff00")
    readonly property color inkOnAccent: pick("#ffffff", "#000000", "#000000")
    readonly property color good: pick("#0f7b0f", "#6ccb5f", "#3ff23f")
    readonly property color warning: pick("#8a5000", "#fce100", "#ffff00")
    readonly property color bad: pick("#c42b1c", "#ff99a4", "#ff9aa0")
    readonly property color goodFill: pick("#dff6dd", "#2a3323", "#000000")
    readonly property color warningFill: pick("#fff4ce", "#433519", "#000000")
    readonly property color badFill: pick("#fde7e9", "#442726", "#000000")
    readonly property color infoFill: pick("#f6f6f6", "#323232", "#000000")
    readonly property color focus: pick("#1b1b1b", "#ffffff", "#ffff00")

    // Narrower than this, a row gives its whole width to its words.
    readonly property real cramped: 300 * scale
    readonly property real narrow: 560 * scale

    readonly property real caption: Math.round(12 * scale)
    readonly property real body: Math.round(14 * scale)
    readonly property real subtitle: Math.round(18 * scale)
    readonly property real title: Math.round(28 * scale)

    function pick(light: color, darkOne: color, high: color): color {
        return contrast ? high : dark ? darkOne : light
    }
    function inset(isCramped: bool): real { return isCramped ? 12 : 16 }
    // Of a name or a code without spaces, a line may end after a sign, and need not within a word.
    function breakable(code: string): string { return code.replace(/[=,.@]|_(?=[a-z])/g, "$&\u200b") }
    function tone(name: string): color {
        return name === "good" ? good : name === "warning" ? warning : name === "bad" ? bad : secondary
    }
    function fill(name: string): color {
        return name === "good" ? goodFill : name === "warning" ? warningFill : name === "bad" ? badFill : infoFill
    }
}
