// The window of Harbor Notes: the notes at the left, the one that is open at the right.
import QtQuick
import QtQuick.Controls.FluentWinUI3
import QtQuick.Dialogs
import QtQuick.Layouts

ApplicationWindow {
    id: window

    required property QtObject desk
    property string open: "" // the note that is shown

    function choose(noteId) {
        keep();
        open = noteId;
        page.text = desk.text_of(noteId);
        page.cursorPosition = page.length;
    }

    function printNotes() {
        if (desk.may_export)
            place.open();
        else
            pro.open();
    }

    function keep() {
        pause.stop();
        if (open !== "")
            desk.change(open, page.text);
    }

    visible: true
    width: 1000
    height: 660
    minimumWidth: 620
    minimumHeight: 420
    title: desk.edition === "" ? "Harbor Notes" : "Harbor Notes " + desk.edition
    color: Theme.sea
    palette.accent: Theme.accent
    onClosing: keep()

    Connections {
        target: window.desk
        function onNote_written(noteId) {
            search.clear();
            window.choose(noteId);
            list.positionViewAtBeginning();
            page.forceActiveFocus();
        }
        function onRoom_is_out() {
            full.open();
        }
        function onSaid(sentence) {
            toast.say(sentence);
        }
    }

    Shortcut {
        sequences: [StandardKey.Find]
        onActivated: search.forceActiveFocus()
    }
    Shortcut {
        sequences: [StandardKey.Print]
        onActivated: window.printNotes()
    }
    Shortcut {
        sequence: "Ctrl+,"
        onActivated: window.desk.settings("activation")
    }

    Timer {
        id: pause // between typing and writing it down
        interval: 400
        onTriggered: window.keep()
    }

    RowLayout {
        anchors.fill: parent
        spacing: 0

        ColumnLayout {
            Layout.preferredWidth: 320
            Layout.maximumWidth: 320
            Layout.fillHeight: true
            Layout.margins: 14
            spacing: 10

            RowLayout {
                spacing: 4
                Icon {
                    path: "M12 8v13 M12 8a2.5 2.5 0 1 0-.01 0 M7 12h10 M4 15c.5 4 4 6 8 6s7.500-2 8-6"
                    color: Theme.accent
                    size: 26
                    Accessible.ignored: true
                }
                Text {
                    Layout.fillWidth: true
                    Layout.leftMargin: 6
                    text: "Harbor Notes"
                    color: Theme.ink
                    font.pixelSize: 20
                    font.weight: Font.DemiBold
                    Accessible.role: Accessible.Heading
                    Accessible.name: text
                }
                ToolTile {
                    objectName: "newButton"
                    text: qsTr("New note")
                    shortcut: "Ctrl+N"
                    picture: "M12 5v14 M5 12h14"
                    onClicked: {
                        window.keep();
                        window.desk.write();
                    }
                }
                ToolTile {
                    objectName: "menuButton"
                    text: qsTr("Menu")
                    picture: "M5 7h14 M5 12h14 M5 17h14"
                    onClicked: menu.popup(this, 0, height + 4)

                    Menu {
                        id: menu
                        MenuItem {
                            text: qsTr("Print to a PDF…")
                            onTriggered: window.printNotes()
                        }
                        MenuItem {
                            text: qsTr("Throw this note away")
                            enabled: window.open !== ""
                            onTriggered: {
                                const gone = window.open;
                                window.open = "";
                                pause.stop();
                                page.clear();
                                window.desk.remove(gone);
                            }
                        }
                        MenuSeparator {}
                        MenuItem {
                            text: qsTr("Activation…")
                            onTriggered: window.desk.activate()
                        }
                        MenuItem {
                            text: qsTr("Settings…")
                            onTriggered: window.desk.settings("activation")
                        }
                    }
                }
            }

            TextField {
                id: search
                Layout.fillWidth: true
                placeholderText: qsTr("Search")
                Accessible.name: qsTr("Search")
                onTextChanged: window.desk.search(text)
            }

            ListView {
                id: list
                objectName: "noteList"
                Layout.fillWidth: true
                Layout.fillHeight: true
                clip: true
                spacing: 3
                model: window.desk.notes
                activeFocusOnTab: true
                boundsBehavior: Flickable.StopAtBounds
                Accessible.role: Accessible.List
                Accessible.name: qsTr("Notes")
                ScrollBar.vertical: ScrollBar {}
                delegate: NoteRow {
                    chosen: noteId === window.open
                    onClicked: window.choose(noteId)
                }

                Text {
                    anchors.centerIn: parent
                    width: parent.width - 40
                    visible: list.count === 0 && window.desk.known
                    text: search.text === "" ? qsTr("No notes yet.\nCtrl+N begins one.") : qsTr("No note has that in it.")
                    horizontalAlignment: Text.AlignHCenter
                    color: Theme.faint
                    font.pixelSize: 13
                    lineHeight: 1.3
                }
            }

            ActivationCard {
                Layout.fillWidth: true
                desk: window.desk
            }
        }

        Rectangle {
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.topMargin: 14
            Layout.rightMargin: 14
            Layout.bottomMargin: 14
            radius: 12
            color: Theme.paper
            border.color: Theme.edge

            ScrollView {
                anchors.fill: parent
                anchors.margins: 18
                visible: window.open !== ""

                TextArea {
                    id: page
                    objectName: "page"
                    placeholderText: qsTr("What is on your mind?")
                    Accessible.name: qsTr("Note")
                    wrapMode: TextEdit.Wrap
                    verticalAlignment: TextEdit.AlignTop
                    textFormat: TextEdit.PlainText
                    color: Theme.ink
                    font.pixelSize: 17
                    background: null
                    onTextChanged: if (activeFocus) pause.restart()
                }
            }

            Column {
                anchors.centerIn: parent
                visible: window.open === ""
                spacing: 12

                Icon {
                    anchors.horizontalCenter: parent.horizontalCenter
                    path: "M12 3v13 M12 4c4 2 6 6 6.500 12h-6.500 M12 7c-3 2-5 5-5.500 9h5.500 M3 19c2 2 4 2 6 0c2 2 4 2 6 0c2 2 4 2 6 0"
                    color: Theme.accent
                    size: 64
                    Accessible.ignored: true
                }
                Text {
                    text: qsTr("Choose a note, or begin a new one")
                    color: Theme.faint
                    font.pixelSize: 15
                }
            }
        }
    }

    FileDialog {
        id: place
        fileMode: FileDialog.SaveFile
        nameFilters: ["PDF (*.pdf)"]
        defaultSuffix: "pdf"
        onAccepted: window.desk.export_to(selectedFile)
    }

    Invitation {
        id: full
        title: qsTr("Ten notes are written")
        detail: qsTr("Without a license there is room for %1 notes. All of them stay yours to read and change. With Home or Pro you write as many as you like.").arg(window.desk.room)
        onTaken: window.desk.activate()
    }

    Invitation {
        id: pro
        title: qsTr("Printing is part of Pro")
        detail: qsTr("With the Pro edition all your notes become a PDF. Your notes stay as they are, whatever you choose.")
        onTaken: window.desk.activated ? window.desk.settings("activation") : window.desk.activate()
    }

    Toast {
        id: toast
        parent: Overlay.overlay
    }
}
