# SPDX-FileCopyrightText: 2026 The Tocsin authors
# SPDX-License-Identifier: MIT
# bash completion for tocsinctl(1)

# Names of monitors, one a line; silent where no daemon answers.
_tocsinctl_names() {
  tocsinctl list --json 2>/dev/null |
    sed -n 's/^    "name": "\(.*\)",\{0,1\}$/\1/p'
}

# Options of a command, from its own help.
_tocsinctl_options() {
  tocsinctl "$@" --help 2>/dev/null | sed -n 's/^  \(-[a-zA-Z], \)\{0,1\}\(--[a-z0-9-]*\).*/\2/p'
}

_tocsinctl() {
  local cur=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]-} sub=${COMP_WORDS[2]-}
  local commands='add try list status show edit pause resume remove check watch unlock exec samples series
    uptime why pings ping incidents incident maintenance export import db schedule login logout sync projects probes help version'
  local kinds='http tcp ping dns heartbeat'

  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$cur")
    return
  fi
  if ((COMP_CWORD == 2)); then
    case $command in
      add | try) mapfile -t COMPREPLY < <(compgen -W "$kinds" -- "$cur"); return ;;
      maintenance) mapfile -t COMPREPLY < <(compgen -W 'add list remove' -- "$cur"); return ;;
      sync) mapfile -t COMPREPLY < <(compgen -W 'status now log checks' -- "$cur"); return ;;
      db) mapfile -t COMPREPLY < <(compgen -W 'check vacuum backup' -- "$cur"); return ;;
      schedule) mapfile -t COMPREPLY < <(compgen -W 'next words' -- "$cur"); return ;;
    esac
  fi
  if [[ $cur == -* ]]; then
    case $command in
      add | try | maintenance | schedule)
        mapfile -t COMPREPLY < <(compgen -W "$(_tocsinctl_options "$command" "$sub")" -- "$cur") ;;
      *) mapfile -t COMPREPLY < <(compgen -W "$(_tocsinctl_options "$command")" -- "$cur") ;;
    esac
    return
  fi
  case $command in
    show | edit | pause | resume | remove | check | samples | series | uptime | why | pings | ping | incidents)
      local IFS=$'\n'
      mapfile -t COMPREPLY < <(compgen -W "$(_tocsinctl_names)" -- "$cur")
      mapfile -t COMPREPLY < <(printf '%q\n' "${COMPREPLY[@]}") ;;
    import | export | db) compopt -o default ;;
    exec) compopt -o default -o bashdefault ;;
  esac
}

complete -F _tocsinctl tocsinctl
