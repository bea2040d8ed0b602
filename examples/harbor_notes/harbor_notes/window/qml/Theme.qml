// The colors of Harbor Notes, light and dark.
pragma Singleton
import QtQuick

QtObject {
    // As the style decides where the system does not tell.
    readonly property bool dark: Application.styleHints.colorScheme !== Qt.Light

    readonly property color sea: dark ? "#1b1f24" : "#eef3f6" // behind everything
    readonly property color paper: dark ? "#262b31" : "#ffffff"
    readonly property color edge: dark ? "#363d45" : "#dbe3e8"
    readonly property color ink: dark ? "#f2f5f7" : "#16212b"
    readonly property color faint: dark ? "#a9b6c1" : "#566775"
    readonly property color accent: dark ? "#5cc4d6" : "#0b6f83"
    readonly property color onAccent: dark ? "#06252b" : "#ffffff"
    readonly property color chosen: dark ? "#2d3b43" : "#ffffff"
    readonly property color hover: dark ? "#23292f" : "#e4ecf0"
    readonly property color lamp: dark ? "#f0bd6b" : "#8a5300" // what asks for attention
    readonly property color lampPaper: dark ? "#332b1e" : "#fdf4e3"
}
