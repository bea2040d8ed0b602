// A line icon, drawn here on a grid of 20 squares.
import QtQuick
import QtQuick.Shapes

Item {
    id: icon

    property string name
    property color color: Theme.text
    property real size: Math.round(20 * Theme.scale)

    readonly property var paths: ({
        "your_info": "M10 10.5 A3.5 3.5 0 1 0 10 3.5 A3.5 3.5 0 1 0 10 10.5 Z M3.5 17.5 C3.5 14 6 12.8 10 12.8 C14 12.8 16.5 14 16.5 17.5",
        "devices": "M2.5 4 H14 V11.5 H2.5 Z M5 15 H11 M8.2 11.5 V15 M15.5 7.5 H18 V16.5 H13 V13.5",
        "activation": "M10 2.2 L16.5 4.5 V9.5 C16.5 13.6 13.8 16.5 10 18 C6.2 16.5 3.5 13.6 3.5 9.5 V4.5 Z M7 10 L9.2 12.2 L13.2 7.8",
        "privacy": "M4.5 9 H15.5 V17 H4.5 Z M6.8 9 V6.2 C6.8 1.8 13.2 1.8 13.2 6.2 V9 M10 12 V14",
        "about": "M10 17.8 A7.8 7.8 0 1 0 10 2.2 A7.8 7.8 0 1 0 10 17.8 Z M10 9 V14 M10 6 V6.6",
        "key": "M9 9 A3.8 3.8 0 1 0 4 13 A3.8 3.8 0 0 0 9 9 Z M8.7 9.2 L17 9.2 V12 M14 9.2 V11.5",
        "link": "M8 12 L12 8 M9 6 L11 4 C14.5 1.5 18.5 5.5 16 9 L14 11 M11 14 L9 16 C5.5 18.5 1.5 14.5 4 11 L6 9",
        "tool": "M16.8 5.2 C18 9 14.5 11.5 11.5 10.5 L5.8 16.2 C4 17.5 2.5 16 3.8 14.2 L9.5 8.5 C8.5 5.5 11 2 14.8 3.2 L12.3 5.7 L14.3 7.7 Z",
        "people": "M7 9.5 A3 3 0 1 0 7 3.5 A3 3 0 1 0 7 9.5 Z M2 16.5 C2 13.4 4 12 7 12 C10 12 12 13.4 12 16.5 M13 4 C16.5 4 16.5 9.2 13 9.2 M14.5 12 C16.8 12.4 18 14 18 16.5",
        "help": "M10 17.8 A7.8 7.8 0 1 0 10 2.2 A7.8 7.8 0 1 0 10 17.8 Z M7.8 8 C7.8 5 12.4 5 12.4 8 C12.4 9.8 10 9.8 10 11.8 M10 14 V14.6",
        "document": "M5 2.5 H12 L15.5 6 V17.5 H5 Z M12 2.5 V6 H15.5 M7.5 10 H13 M7.5 13 H13",
        "phone": "M6 2.5 H14 V17.5 H6 Z M9 15 H11",
        "signal": "M3 16.5 V13.5 M7.5 16.5 V10.5 M12 16.5 V7 M16.5 16.5 V3.5",
        "move": "M3 7 H16 L13 4 M17 13 H4 L7 16",
        "star": "M10 2.5 L12.3 7.4 L17.6 8 L13.6 11.6 L14.8 17 L10 14.2 L5.2 17 L6.4 11.6 L2.4 8 L7.7 7.4 Z",
        "open": "M8 4 H4 V16 H16 V12 M11 4 H16 V9 M16 4 L9 11",
        "good": "M4 10.5 L8.2 14.7 L16 6",
        "warning": "M10 3 L18 16.5 H2 Z M10 8 V12 M10 14 V14.4",
        "bad": "M10 17.8 A7.8 7.8 0 1 0 10 2.2 A7.8 7.8 0 1 0 10 17.8 Z M7 7 L13 13 M13 7 L7 13",
        "close": "M5 5 L15 15 M15 5 L5 15",
        "down": "M5 8 L10 13 L15 8",
        "next": "M8 5 L13 10 L8 15",
        "menu": "M3 5.5 H17 M3 10 H17 M3 14.5 H17",
        "refresh": "M16 10 A6 6 0 1 1 13.5 5.2 M13.8 2 V5.6 H10.2"
    })

    implicitWidth: size
    implicitHeight: size
    Accessible.ignored: true

    Shape {
        width: 20
        height: 20
        scale: icon.size / 20
        transformOrigin: Item.TopLeft
        ShapePath {
            strokeColor: icon.color
            strokeWidth: 1.3
            fillColor: "transparent"
            capStyle: ShapePath.RoundCap
            joinStyle: ShapePath.RoundJoin
            PathSvg { path: icon.paths[icon.name] || "" }
        }
    }
}
