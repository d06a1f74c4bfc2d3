#include "strata/cli/completion.h"

#include <set>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/cli/verbs.h"

namespace strata::cli {
namespace {

/// Calls `visit` for the program and every verb below it, with the words that lead there ("backup create").
template <class Visit>
void walk(const CLI::App& app, const std::string& words, const Visit& visit) {
  visit(words, app);
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    walk(*verb, words.empty() ? verb->get_name() : words + " " + verb->get_name(), visit);
  }
}

/// What can come next: verbs, then long options; those of the program, such as --json, after every verb.
std::string next_words(const CLI::App& program, const CLI::App& verb) {
  std::set<std::string> options;
  for (const CLI::App* app : {&program, &verb}) {
    for (const CLI::Option* option : app->get_options()) {
      for (const auto& name : option->get_lnames()) options.insert("--" + name);
    }
  }
  if (&program != &verb) options.erase("--version");
  std::string words;
  for (const CLI::App* below : verb.get_subcommands([](const CLI::App*) { return true; }))
    words += below->get_name() + " ";
  for (const auto& option : options) words += option + " ";
  if (!words.empty()) words.pop_back();
  return words;
}

std::string bash_script(const CLI::App& app) {
  std::string cases;
  walk(app, "", [&](const std::string& words, const CLI::App& verb) {
    cases += fmt::format("    '{}') next='{}' ;;\n", words, next_words(app, verb));
  });
  return "_strata() {\n"
         "  local words='' next='' word\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "    case $word in -*) ;; *) words=\"${words:+$words }$word\" ;; esac\n"
         "  done\n"
         "  # The longest known verb that the words start with.\n"
         "  while :; do\n"
         "    case $words in\n" +
         cases +
         "    *) next='' ;;\n"
         "    esac\n"
         "    [ -n \"$next\" ] && break\n"
         "    case $words in *' '*) words=${words% *} ;; *) [ -z \"$words\" ] && break; words='' ;; esac\n"
         "  done\n"
         "  COMPREPLY=($(compgen -W \"$next\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
         "}\n"
         "complete -o default -F _strata strata\n";
}

std::string fish_script(const CLI::App& app) {
  std::string script;
  walk(app, "", [&](const std::string& words, const CLI::App& verb) {
    const std::string condition =
        words.empty() ? "__fish_use_subcommand"
                      : fmt::format("__fish_seen_subcommand_from {}", words.substr(words.rfind(' ') + 1));
    script += fmt::format("complete -c strata -n '{}' -a '{}'\n", condition, next_words(app, verb));
  });
  return script;
}

}  // namespace

std::string completion_script(const CLI::App& app, const std::string& shell) {
  if (shell == "bash") return bash_script(app);
  if (shell == "zsh") return "#compdef strata\nautoload -U +X bashcompinit && bashcompinit\n" + bash_script(app);
  if (shell == "fish") return fish_script(app);
  throw Error(ErrorKind::kInvalid, fmt::format("no completion for '{}': choose bash, zsh or fish", shell));
}

void add_completion_verb(CLI::App& app, Context& context) {
  auto shell = std::make_shared<std::string>();
  CLI::App& verb =
      *app.add_subcommand("completion", "Print the completion script of a shell: source <(strata completion bash)");
  verb.add_option("SHELL", *shell, "bash, zsh or fish")->required();
  verb.callback([&app, &context, shell] { context.output.raw_result(completion_script(app, *shell)); });
}

}  // namespace strata::cli
