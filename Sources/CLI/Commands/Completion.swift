import ArgumentParser

/// `martlet completion`
struct Completion: ParsableCommand {
    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish
    }

    static let configuration = CommandConfiguration(
        commandName: "completion", abstract: "Print what has a shell complete commands and options.",
        discussion: """
            EXAMPLES
              martlet completion bash > /etc/bash_completion.d/martlet
              martlet completion zsh > ~/.zfunc/_martlet
              martlet completion fish > ~/.config/fish/completions/martlet.fish
            """)

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run() {
        let kind: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        print(Martlet.completionScript(for: kind))
    }
}
