#pragma once

// Locals, upvalues, KEYS and ARGV of the frame that is shown. Tables unfold when they are opened, and stay open from
// stop to stop.

#include "widgets/models/variables_model.h"

#include <QTreeView>

#include <QSet>

namespace widgets {

class Theme;

class VariablesView : public QTreeView {
    Q_OBJECT

public:
    explicit VariablesView(const Theme& theme, QWidget* parent = nullptr);

    /// The local or upvalue whose row, or one below it, is current; empty: there is none.
    QString currentVariable() const;
    VariablesModel& variables() { return *m_variables; }
    /// The variables of a frame; `changed` names those that differ from the stop before.
    void showVariables(const std::vector<engine::LuaVariable>& locals, const std::vector<engine::LuaVariable>& upvalues,
        const std::vector<engine::LuaVariable>& arguments, const std::vector<engine::Bytes>& changed);
    void clear() { m_variables->clear(); }
    void addEntries(engine::LuaRef table, std::size_t first, const std::vector<engine::LuaVariable>& entries);

Q_SIGNALS:
    /// "When did it change?"
    void historyWanted(const QString& name);
    void watchWanted(const QString& expression);

protected:
    void paintEvent(QPaintEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void openAgain();
    void copyValue() const;

    const Theme& m_theme;
    VariablesModel* m_variables;
    QSet<QStringList> m_open;
    QSet<QStringList> m_closed; // groups that the person has closed
    bool m_restoring = false;
};

} // namespace widgets
