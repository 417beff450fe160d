// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are scripts of the shell
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Pod } from './shell.fixture.ts';

let pod: Pod;
beforeAll(async () => {
  pod = await Pod.create();
});
afterAll(() => pod[Symbol.asyncDispose]());

const cases: Readonly<Record<string, [script: string, out: string][]>> = {
  words: [
    ['x="a  b"; echo $x "$x"', 'a b a  b\n'],
    ['echo \'a $x\' "b\\$x" c\\ d', 'a $x b$x c d\n'],
    ['set -- "a b" c; for w in "$@"; do echo "<$w>"; done; echo "$*" $#', '<a b>\n<c>\na b c 2\n'],
    ['set --; for w in "$@"; do echo never; done; echo "x$@"', 'x\n'],
    ['IFS=:; x=a:b::c; set -- $x; echo $#', '4\n'],
    ['echo {1..3} a{b,c}d {05..07}', '1 2 3 abd acd 05 06 07\n'],
    ['echo ~ ~/x', '/root /root/x\n'],
    ['cd /tmp; touch b.txt a.txt .h; echo *.txt; echo *.none; echo "*.txt"', 'a.txt b.txt\n*.none\n*.txt\n'],
    ["printf '%s|' $'a\\tb'", 'a\tb|'],
    ['echo $(echo a; echo b) `echo c`', 'a b c\n'],
    ['e=; set -- $e "$e"; echo $#', '1\n'],
  ],
  parameters: [
    ['echo ${x:-d} ${x-d} ${x:+s} ${x:=n} $x', 'd d n n\n'],
    ['p=/a/b.tar.gz; echo ${p##*/} ${p%.*} ${p%%.*} ${p#/a} ${#p}', 'b.tar.gz /a/b.tar /a/b /b.tar.gz 11\n'],
    ['p=hello; echo ${p:1:3} ${p: -2} ${p/l/L} ${p//l/L} ${p/#h/H} ${p/%o/O} ${p^} ${p^^}', 'ell lo heLlo heLLo Hello hellO Hello HELLO\n'],
    ['a=(x "y z" w); echo ${#a[@]} "${a[1]}" ${a[-1]} "${a[@]:1:1}" ${!a[@]}; a+=(v); echo ${#a[@]}', '3 y z w y z 0 1 2\n4\n'],
    ['declare -A m=([k]=1); m[q]=2; for k in "${!m[@]}"; do echo $k=${m[$k]}; done', 'k=1\nq=2\n'],
    ['n=x; x=5; echo ${!n}', '5\n'],
    ['f() { local v=in; g; echo $v; }; g() { v=g; }; v=out; f; echo $v', 'g\nout\n'],
    ['readonly r=1; (r=2); echo $r', '1\n'],
    ['set -u; (echo $nope) 2>/dev/null || echo unset', 'unset\n'],
    ['echo ${x:?gone} 2>&1; echo never', ''],
  ],
  arithmetic: [
    ['echo $((1+2*3)) $((2**10)) $((7/2)) $((-7%3)) $((0x1f)) $((010)) $((1<2?5:6))', '7 1024 3 -1 31 8 5\n'],
    ['i=5; echo $((i++)) $((++i)) $i $((i+=3)) $((x=4)) $x', '5 7 7 10 4 4\n'],
    ['i=0; while ((i<3)); do ((i++)); done; echo $i; let i=i*2; echo $i', '3\n6\n'],
    ['for ((i=0;i<3;i++)); do printf $i; done; echo', '012\n'],
    ['echo $((9223372036854775807+1)) $((1||0&&0)) $((~5)) $((!0))', '-9223372036854775808 1 -6 1\n'],
    ['echo $((1/0)) || true; echo after', ''],
  ],
  flow: [
    ['for i in 1 2 3 4; do [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done', '1\n3\n'],
    ['for i in 1 2; do for j in 1 2; do [ $j = 2 ] && continue 2; echo $i$j; done; done', '11\n21\n'],
    ['case abc in a?c) echo yes;; *) echo no;; esac; case "*" in "*") echo star;; esac', 'yes\nstar\n'],
    ['case x in x) echo 1;& y) echo 2;; z) echo 3;; esac', '1\n2\n'],
    ['f() { return 3; }; f; echo $?; f || echo or; ! f && echo not', '3\nor\nnot\n'],
    ['if false; then :; elif true; then echo elif; else echo else; fi', 'elif\n'],
    ['until [ "$x" = aaa ]; do x=a$x; done; echo $x', 'aaa\n'],
    ['set -e; false || true; if false; then :; fi; echo on; false; echo never', 'on\n'],
    ['(exit 4); echo $?; { echo group; } | cat; (cd /tmp; pwd); pwd', '4\ngroup\n/tmp\n/\n'],
    ['set -o pipefail; false | true; echo $?; set +o pipefail; false | true; echo $?', '1\n0\n'],
    ['[[ abc == a* && ! -f /nope ]] && echo y; [[ foo =~ ^f(o+)$ ]] && echo ${BASH_REMATCH[1]}', 'y\noo\n'],
    ['eval "x=1; echo \\$x"; echo "echo sourced $1" > /tmp/s; . /tmp/s', '1\nsourced\n'],
    ['while getopts ab:c o -a -b v -c x; do echo $o $OPTARG; done; echo $OPTIND', 'a\nb v\nc\n5\n'],
    ['trap "echo bye" EXIT; echo hi; exit 0', 'hi\nbye\n'],
  ],
  redirections: [
    ['echo a > /tmp/r; echo b >> /tmp/r; cat < /tmp/r; wc -l < /tmp/r', 'a\nb\n2\n'],
    ['{ echo o; echo e >&2; } > /tmp/r 2>&1; cat /tmp/r', 'o\ne\n'],
    ['{ echo o; echo e >&2; } 2>/dev/null', 'o\n'],
    ['exec 3> /tmp/r; echo three >&3; exec 3>&-; cat /tmp/r', 'three\n'],
    ["cat <<EOF\na $((1+1)) `echo b`\nEOF\ncat <<'EOF'\n$x\nEOF\ncat <<-EOF\n\ttab\n\tEOF", 'a 2 b\n$x\ntab\n'],
    ['cat <<< "here $((3))"', 'here 3\n'],
    ['read a b <<< "1 2 3"; echo "$a|$b"; printf "x\\ny\\n" | while read l; do echo "<$l>"; done', '1|2 3\n<x>\n<y>\n'],
    ['printf "1\\n2\\n3\\n" | { read x; echo first $x; cat; }', 'first 1\n2\n3\n'],
    ['while read -r l; do echo "[$l]"; done < <(printf "%s\\n" "p\\n" q)', '[p\\n]\n[q]\n'],
    ['echo x > /dev/null; echo $(< /etc/hostname)', 'pod\n'],
    ['diff <(echo a) <(echo a) && echo same', 'same\n'],
    ['echo secret | (cat >/tmp/q; cat /tmp/q)', 'secret\n'],
  ],
  jobs: [
    ['(sleep 0.05; echo late) & echo early; wait; echo done', 'early\nlate\ndone\n'],
    ['(exit 7) & wait $!; echo $?', '7\n'],
    ['sleep 1d & kill $!; wait $!; echo $?', '143\n'],
    ['sleep 1d & jobs; kill %1; wait %1; echo $?', '[1]+  Running                 sleep 1d\n143\n'],
    ['trap "echo usr" USR1; sleep 1d & (sleep 0.05; kill -USR1 $$) & wait; echo $?; kill %1', 'usr\n138\n'],
    ['for i in 1 2 3; do sleep 0.0$i & done; wait; echo all', 'all\n'],
  ],
  pipes: [
    ['yes | head -3', 'y\ny\ny\n'],
    ['seq 1 100000 | tail -1', '100000\n'],
    ['head -c 3000000 /dev/zero | wc -c', '3000000\n'],
    ['cat /dev/urandom | head -c 10 | wc -c; cat /dev/zero | tr "\\0" x | head -c 5; echo', '10\nxxxxx\n'],
    ['printf "b\\na\\nb\\n" | sort | uniq -c | sed "s/^ *//"', '1 a\n2 b\n'],
    ['echo "one two" | awk \'{print $2}\' | tr a-z A-Z | rev', 'OWT\n'],
    ['for i in 1 2; do echo $i; sleep 0.02; done | while read x; do echo got $x; done', 'got 1\ngot 2\n'],
    ['echo a b c | xargs -n1 echo -; seq 3 | xargs -I{} echo n{}', '- a\n- b\n- c\nn1\nn2\nn3\n'],
    ['printf "\\377\\000\\n" | od -An -tx1', ' ff 00 0a\n'],
    ['find /etc -name "host*" -exec echo found {} \\; | sort', 'found /etc/hostname\nfound /etc/hosts\n'],
  ],
};

for (const [group, rows] of Object.entries(cases)) {
  describe(group, () => {
    test.each(rows)('%s', async (script, out) => {
      expect((await pod.run(script)).out).toBe(out);
    });
  });
}

describe('what a script is told', () => {
  test.each([
    ['nosuch', 127, 'sh: nosuch: not found\n'],
    ['/nope/x', 127, 'sh: /nope/x: not found\n'],
    ['/tmp', 126, 'sh: /tmp: Permission denied\n'],
    ['echo x > /nope/y', 1, "sh: can't create /nope/y: nonexistent directory\n"],
    ['cat < /nope', 1, "sh: can't open /nope: no such file\n"],
    ['exit abc', 2, 'sh: Illegal number: abc\n'],
    ['echo x > /dev/full', 1, 'sh: write error: No space left on device\n'],
    ['f() { f; }; f', 2, 'sh: maximum recursion depth exceeded\n'],
    ['cd /nope', 1, "sh: cd: can't cd to /nope: No such file or directory\n"],
    ['if', 2, 'sh: syntax error: Expected THEN, got EOF\n'],
    [
      'apk add curl',
      1,
      'apk: packages are not simulated by kubernats: nothing was installed. The image has: curl, wget, nc, dig, jq, tar and the usual tools\n',
    ],
  ])('%s', async (script, status, err) => {
    expect(await pod.run(script)).toMatchObject({ status, err });
  });

  test('bash and dash have their own words', async () => {
    expect((await pod.run('nosuch', { image: 'bash', command: ['bash', '-c', 'nosuch'] })).err).toBe(
      'bash: line 1: nosuch: command not found\n',
    );
    expect((await pod.run('', { image: 'debian', command: ['sh', '-c', 'nosuch'] })).err).toBe('sh: 1: nosuch: not found\n');
  });

  test('__proto__ is a name like any other', async () => {
    const script =
      'export __proto__=1; env | grep __proto__; f() { echo $__proto__; }; f; declare -A m=([__proto__]=2); echo ${m[__proto__]}';
    expect((await pod.run(script)).out).toBe('__proto__=1\n1\n2\n');
  });
});
