#!/usr/bin/env python3
"""Who may include whom: the tree against tests/meta/layers.txt, which describes the format.

    tests/meta/layers.py [TREE]            says what is wrong; status 1 if anything is
    tests/meta/layers.py --write [TREE]    writes the map in README.md anew
"""
import os
import re
import sys

TOP_FOLDERS = ('include', 'recorder', 'replayer', 'debugger')
MOST_FILES = 25       # sources and headers of one folder
MOST_IN_A_CIRCLE = 3  # headers with their sources that include each other
MOST_LINES = 500
MAY_BE_LONG = ('entry.S',)

# Headers of the compiler, the C library and the kernel; all others belong to a library, which the
# table has to name.
SYSTEM = re.compile(r'[a-z_0-9]+|(sys|linux|asm|netinet|arpa|bits)/[\w/]+\.h|'
                    r'(cpuid|cxxabi|dirent|dlfcn|elf|errno|fcntl|fnmatch|poll|regex|sched|signal|stddef|'
                    r'stdint|string|termios|time|ucontext|unistd|x86intrin)\.h')
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include(?:_next)?[ \t]*[<"]([^>"\n]+)[>"]', re.M)


class Room:
    def __init__(self, name, line):
        self.name, self.line = name, line
        self.may, self.says, self.parts, self.programs = [], '', {}, set()


def read_table(path):
    """The rooms by name, in the order of the table, and the headers of freestanding code."""
    rooms, freestanding, errors, room = {}, {}, [], None
    for number, line in enumerate(open(path, encoding='utf8'), 1):
        where, line = f'layers.txt:{number}', line.rstrip()
        if not line or line.startswith('#'):
            continue
        name, colon, rest = line.strip().partition(':')
        if line.startswith('freestanding '):
            freestanding.update(dict.fromkeys(name.split()[1:], set(rest.split())))
        elif not line.startswith(' '):
            if name in rooms:
                errors.append(f'{where}: {name} has a line already')
            room = rooms[name] = Room(name, number)
            room.may = rest.split()
        elif name.startswith('part of ') and colon:
            room.parts.update({part: name.removeprefix('part of ') for part in rest.split()})
        elif name == 'program' and colon:
            room.programs.update(rest.split())
        else:
            room.says += (' ' if room.says else '') + line.strip()
    return rooms, freestanding, errors


def read_tree(tree):
    """Sources and headers by folder, each with what it includes."""
    folders = {}
    for top in TOP_FOLDERS:
        for folder, _, names in os.walk(os.path.join(tree, top)):
            files = {}
            for name in names:
                if name.endswith(('.h', '.cc', '.S')):
                    with open(os.path.join(folder, name), encoding='utf8') as file:
                        files[name] = INCLUDE.findall(file.read())
            if files:
                folders[os.path.relpath(folder, tree)] = files
    return folders


def home_of(header, folders):
    """The folder that an included header lies in; None: not one of weft's."""
    for path in (header, 'include/' + header):
        folder, _, name = path.rpartition('/')
        if name in folders.get(folder, {}):
            return folder
    return None


def circles(nodes, successors):
    """Sets of more than one node that all lead to each other (Tarjan)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in successors(node):
            if other not in index:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == index[node]:
            at = stack.index(node)
            if len(stack) - at > 1:
                found.append(sorted(stack[at:]))
            del stack[at:]

    for node in sorted(nodes):
        if node not in index:
            visit(node)
    return found


def check_includes(rooms, folders, freestanding):
    for folder, files in folders.items():
        room, used = rooms.get(folder), {}
        for name, headers in sorted(files.items()):
            for header in headers:
                home = home_of(header, folders)
                if home is None and not SYSTEM.fullmatch(header):
                    home = '<' + re.split(r'[/.]', header)[0] + '>'
                if home is not None and home != folder:
                    used.setdefault(home, f'{folder}/{name}')
                if home is None or home.startswith('<'):
                    for top, allowed in freestanding.items():
                        if (folder + '/').startswith(top + '/') and header not in allowed:
                            yield f'{folder}/{name} includes <{header}>: {top} is freestanding'
        if room is None:
            yield f'{folder} has no line in layers.txt; it includes: {" ".join(sorted(used))}'
            continue
        for home in sorted(used.keys() - set(room.may)):
            yield f'{used[home]} includes {home}: {folder} has no permission for that'
        for home in sorted(set(room.may) - used.keys()):
            yield f'layers.txt:{room.line}: {folder} does not include {home}: take it off the line'
    included = {header for files in folders.values() for all in files.values() for header in all}
    for header in sorted(set().union(*freestanding.values()) - included):
        yield f'layers.txt: no freestanding code includes <{header}>: take it off the line'
    for name in rooms.keys() - folders.keys():
        yield f'layers.txt:{rooms[name].line}: there is no folder {name} with sources in it'


def check_table(rooms):
    for circle in circles(rooms, lambda name: [n for n in rooms[name].may if n in rooms]):
        yield 'rooms may include each other in a circle: ' + ', '.join(circle)
    seen = set()
    for room in rooms.values():
        seen.add(room.name)
        for other in room.may:
            if other in rooms and other not in seen:
                yield f'layers.txt:{room.line}: {other} is below {room.name}: put its line above'
        if not room.says:
            yield f'layers.txt:{room.line}: what is {room.name}? A sentence for the map is missing'


def check_files(rooms, folders):
    for folder, files in sorted(folders.items()):
        room = rooms.get(folder, Room(folder, 0))
        sources = {name for name in files if name.endswith(('.cc', '.S'))}
        for name in sorted(sources - room.parts.keys() - room.programs):
            if os.path.splitext(name)[0] + '.h' not in files:
                yield f'{folder}/{name} has no header of its own, and layers.txt names none'
        for name in sorted(room.parts.keys() | room.programs | set(room.parts.values())):
            if name not in files and home_of(name, folders) not in room.may:
                yield f'layers.txt:{room.line}: {folder} has no {name}'

        def unit(name):
            whole = room.parts.get(name, name)
            return os.path.splitext(whole if whole in files else name)[0]

        after = {}
        for name, headers in files.items():
            inside = {h.rpartition('/')[2] for h in headers if home_of(h, folders) == folder}
            after.setdefault(unit(name), set()).update({unit(h) for h in inside} - {unit(name)})
        for circle in circles(after, lambda name: sorted(after[name])):
            if len(circle) > MOST_IN_A_CIRCLE:
                yield f'{folder}: {len(circle)} files include each other: {" ".join(circle)}'


def check_sizes(tree):
    """Of all that is written in C++ and assembler, tests too."""
    folders = {}
    for top in TOP_FOLDERS + ('tests', 'samples'):
        for folder, _, names in os.walk(os.path.join(tree, top)):
            names = [name for name in names if name.endswith(('.h', '.cc', '.S'))]
            folders[os.path.relpath(folder, tree)] = names
            for name in names:
                with open(os.path.join(folder, name), 'rb') as file:
                    lines = sum(1 for _ in file)
                if lines > MOST_LINES and name not in MAY_BE_LONG:
                    yield f'{folder}/{name} has {lines} lines: which two ideas does it hold?'
    for folder, names in sorted(folders.items()):
        # tests/guests has one small program for each behaviour, found by glob: a list, not a room.
        if len(names) > MOST_FILES and folder != 'tests/guests':
            yield f'{folder} has {len(names)} sources and headers, over {MOST_FILES}'


MAP = re.compile(r'(<!-- map: [^\n]*-->\n).*?(<!-- end of map -->)', re.S)


def render_map(rooms, tree):
    lines = ['| folder | what |', '|---|---|']
    for name, room in rooms.items():
        readme = name + '/README.md'
        link = readme if os.path.exists(os.path.join(tree, readme)) else name + '/'
        lines.append(f'| [{name}/]({link}) | {room.says} |')
    return '\n'.join(lines) + '\n'


def main(arguments):
    write = arguments[:1] == ['--write']
    tree = (arguments[write:] or [os.path.join(os.path.dirname(__file__), '../..')])[0]
    rooms, freestanding, errors = read_table(os.path.join(tree, 'tests/meta/layers.txt'))
    readme = os.path.join(tree, 'README.md')
    text = open(readme, encoding='utf8').read()
    fresh = MAP.sub(lambda found: found[1] + render_map(rooms, tree) + found[2], text)
    if write:
        open(readme, 'w', encoding='utf8').write(fresh)
    elif fresh != text or not MAP.search(text):
        errors.append('the map in README.md is stale: run tests/meta/layers.py --write')
    folders = read_tree(tree)
    errors += check_table(rooms)
    errors += check_includes(rooms, folders, freestanding)
    errors += check_files(rooms, folders)
    errors += check_sizes(tree)
    print('\n'.join(errors) if errors else f'{len(rooms)} rooms, one way')
    return 1 if errors else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
