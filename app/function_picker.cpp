#include "app/function_picker.h"

#include "app/main_window.h"
#include "widgets/editor/lua_editor.h"
#include "widgets/models/value_text.h"
#include "widgets/views/function_chooser.h"
#include "widgets/views/log_view.h"

#include <QStatusBar>

namespace app {

void FunctionPicker::pick(widgets::ScriptPage* page, std::function<void(const QString& function)> go)
{
    ++m_asked;
    if (m_page)
        disconnect(&m_page->function(), nullptr, this, nullptr);
    m_page = page;
    if (!page->function().isLibrary())
        return go({});
    m_go = std::move(go);
    m_engine.listFunctions(
        page->bytes().toStdString(), [this, asked = m_asked](const debugger::LibraryListing& listing) {
            if (asked == m_asked && m_page)
                takeListing(listing);
        });
}

void FunctionPicker::takeListing(const debugger::LibraryListing& listing)
{
    if (listing.error == "ERR No functions registered")
        return say(
            tr("The library registers no function. Call redis.register_function('name', callback) in it for each "
               "that is to be called by FCALL."),
            0);
    if (!listing.error.empty())
        return say(tr("The library does not load: %1").arg(widgets::textOf(listing.error)), listing.errorLine);
    QStringList functions;
    for (const engine::Bytes& each : listing.functions)
        functions.append(QString::fromStdString(each));
    widgets::FunctionChooser& chooser = m_page->function();
    m_page->showMessage({});
    m_page->editor().showErrorLine(0);
    chooser.setFunctions(functions);
    if (!functions.contains(chooser.chosen()) && functions.size() == 1)
        chooser.choose(functions.front());
    if (functions.contains(chooser.chosen()))
        return m_go(chooser.chosen());
    m_window.statusBar()->showMessage(
        tr("Choose which of the library's %1 functions is to be called. It is remembered for this script.")
            .arg(functions.size()));
    connect(&chooser, &widgets::FunctionChooser::picked, this, [this, asked = m_asked] {
        if (asked == m_asked && m_page)
            m_go(m_page->function().chosen());
    });
    chooser.ask(tr("Call which function?"));
}

void FunctionPicker::say(const QString& text, int line)
{
    m_page->showMessage(line > 0 ? tr("Line %1. %2").arg(line).arg(text) : text);
    m_page->editor().showErrorLine(line);
    if (line > 0)
        m_page->editor().goToLine(line);
    m_window.statusBar()->showMessage(text);
    m_window.views().log->add(3, m_page->title(), text);
}

} // namespace app
