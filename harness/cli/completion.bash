_harness_tasks() {
  compgen -W "$(harness tasks 2>/dev/null | sed -n 's/^tasks: *//p' | tr -d ',')" -- "$1"
}
