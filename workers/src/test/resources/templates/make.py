"""Writes cases.json: what jinja2 3.1.6, set up as transformers does, makes of the templates here.

Run in this folder: python3 make.py
"""
import datetime
import json
import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

NOW = datetime.datetime(2026, 3, 9, 17, 5, 42)


def environment():
    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)

    def tojson(x, ensure_ascii=False, indent=None):
        return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent)

    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = NOW.strftime
    return env


def message(role, content):
    return {"role": role, "content": content}


CHATS = [
    [message("user", "Hi")],
    [message("system", " Be brief. \n"), message("user", "  café 😀?\n")],
    [message("user", "1"), message("assistant", " two "), message("user", "3")],
    [message("system", "s"), message("user", "1"),
     message("assistant", "<think>\nhm\n</think>\n\nAnswer"), message("user", "2"),
     message("assistant", "<think>\nwell\n</think>\n\nSo"), ],
    [message("user", "q"), message("assistant", "a"), message("tool", "r1"),
     message("tool", "r2"), message("user", "<tool_response>x</tool_response>")],
    [message("assistant", "first")],
    [message("user", "a"), message("user", "b")],
    [message("system", "only")],
    [message("user", "{{ not a template }} {% nor this %}\t\"'\\")],
]

SNIPPETS = r"""
a {{ 1 + 2 * 3 - 4 // 3 % 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 * 1.5 }} {{ -2|abs }}
{{ 'a' ~ 1 ~ none ~ true ~ 1.5 ~ [1, 'x', none] ~ {'k': 'v'} }}
{{ "it's" ~ ["it's", 'say "x"', "both'\"", 'n\nt\t\\'] }}
{{ 'a\tb\\c\'d\"\u00e9\x41\q' }}|{{ 'one' ' two' }}
{% if x is defined %}yes{% elif messages is defined and not y is defined %}no y{% else %}else{% endif %}
{{ x }}|{{ x | default('d') }}|{{ '' | default('e') }}|{{ '' | default('f', true) }}|{{ none | d('g') }}|{{ x | length }}
{% for a in [1, 2, 3] %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.previtem }}{{ loop.nextitem }} {% endfor %}
{% for a in [] %}x{% else %}empty{% endfor %}{% for a in nothing %}x{% else %} none{% endfor %}
{% for k, v in {'a': 1, 'b': [2]}.items() %}{{ k }}={{ v }};{% endfor %}{% for k in {'a': 1} %}{{ k }}{% endfor %}
{% for m in messages if m.role == 'user' %}{{ loop.index }}{{ m.content }}{% endfor %}
{% for a in [1, 2] %}{% for b in [a, a + 10] %}{{ loop.index }}{{ b }} {% endfor %}{{ loop.index }}{% endfor %}
{% set x = 1 %}{% for a in [1, 2] %}{{ x }}{% set x = x + 1 %}{{ x }} {% endfor %}{{ x }}
{% set ns = namespace(n=0, s='') %}{% for a in 'abc' %}{% set ns.n = ns.n + 1 %}{% set ns.s = a ~ ns.s %}{% endfor %}{{ ns.n }}{{ ns.s }}
{% if true %}{% set inside = 'seen' %}{% endif %}{{ inside }}
{% set b %}  text {{ 1 }} {% endset %}[{{ b }}]
{{ 'abcdef'[1:4] }}{{ 'abcdef'[::-1] }}{{ 'abcdef'[-2:] }}{{ [1, 2, 3, 4][::2] }}{{ [1, 2, 3, 4][3:0:-2] }}{{ [1][5:] }}{{ 'abc'[:-1] }}{{ [1,2,3][-9:9] }}{{ 'abc'[-1] }}{{ [1, 2][5] }}
{{ ' x y '.strip() }}|{{ 'xxaxx'.strip('x') }}|{{ 'xxaxx'.lstrip('x') }}|{{ 'xxaxx'.rstrip('x') }}|{{ '\u00a0a\u3000'.strip() }}|{{ 'aXbXc'.split('X') }}|{{ ' a  b '.split() }}|{{ 'a,b,c'.split(',', 1) }}|{{ ' a  b c '.split(none, 1) }}|{{ ''.split() }}|{{ ''.split(',') }}
{{ 'hello wORLD'.title() }} {{ 'hELLO'.capitalize() }} {{ 'aB'.upper() }} {{ 'aB'.lower() }} {{ 'aab'.replace('a', 'x') }} {{ 'aab'.replace('a', 'x', 1) }} {{ 'abc'.startswith('ab') }} {{ 'abc'.endswith('x') }}
{{ {'a': 1}.get('a') }}{{ {'a': 1}.get('b') }}{{ {'a': 1}.get('b', 2) }}{{ {'a': 1}.keys()|list }}{{ {'a': 1}.values()|list }}
{{ ' a ' | trim }}|{{ 'xax' | trim('x') }}|{{ 'a' | upper }}|{{ 'A' | lower }}|{{ 'ab' | capitalize }}|{{ 'a b' | title }}|{{ 'aa' | replace('a', 'b') }}|{{ [3, 4] | first }}|{{ [3, 4] | last }}|{{ [1, 2] | join }}|{{ [1, 'b'] | join('-') }}|{{ messages | join(',', attribute='role') }}|{{ 5 | string }}|{{ 'abc' | list }}|{{ '7' | int }}|{{ 'x' | int }}|{{ 'x' | int(3) }}|{{ 2.9 | int }}|{{ '1.5' | float }}|{{ 'abc' | reverse }}|{{ [1, 2] | reverse | list }}|{{ 'é😀' | length }}|{{ [1] | count }}|{{ '<a>' | safe }}
{{ {'b': 1, 'a': [true, none, 1.5, 'é"\n\u0001']} | tojson }}|{{ [] | tojson }}|{{ {} | tojson(indent=2) }}|{{ 'é' | tojson(ensure_ascii=true) }}
{{ {'b': 1, 'a': [1, {'c': []}]} | tojson(indent=4) }}
{% for k, v in {'a': 1} | items %}{{ k }}{{ v }}{% endfor %}{% for k, v in nothing | items %}{{ k }}{% endfor %}
{{ messages | selectattr('role', 'equalto', 'user') | map(attribute='content') | list }}{{ messages | rejectattr('role', 'equalto', 'user') | list | length }}{{ [0, 1, 2] | select | list }}{{ [1, 2, 3] | select('odd') | list }}{{ [1, 2, 3] | reject('gt', 1) | list }}{{ messages | selectattr('role') | list | length }}{{ messages | selectattr('tool', 'defined') | list }}{{ messages | map(attribute='role') | map('upper') | join(' ') }}
{{ 'x' is string }}{{ 1 is number }}{{ true is number }}{{ 1 is integer }}{{ true is integer }}{{ 1.5 is float }}{{ {} is mapping }}{{ [] is sequence }}{{ 'a' is sequence }}{{ {} is sequence }}{{ 1 is sequence }}{{ 'a' is iterable }}{{ 1 is iterable }}{{ none is none }}{{ x is none }}{{ true is true }}{{ 1 is true }}{{ false is false }}{{ true is boolean }}{{ 3 is odd }}{{ 3 is even }}{{ 3 is eq 3 }}{{ 3 is not eq 3 }}{{ 'a' is in ['a'] }}{{ 'a' is not in 'abc' }}{{ x is undefined }}{{ range is callable }}{{ 3 is gt 2 }}
{{ 1 == 1.0 }}{{ 1 == true }}{{ '1' == 1 }}{{ [1, 2] == [1, 2] }}{{ {'a': 1} == {'a': 1} }}{{ none == false }}{{ 1 < 2 < 3 }}{{ 1 < 3 < 2 }}{{ 'a' < 'b' }}{{ 2 >= 2 }}{{ 1 != 2 }}{{ 'a' in 'cat' }}{{ 'a' not in ['a'] }}{{ 'k' in {'k': 1} }}{{ 1 in [1.0] }}{{ 'role' in messages[0] }}{{ x == y }}
{{ not true or true and false }}{{ not (true and false) }}{{ '' or 'x' }}{{ 'y' and 'z' }}{{ 1 if true else 2 }}{{ 1 if false else 2 }}{{ 1 if false }}|{{ 'a' if 0 else 'b' if 1 else 'c' }}{{ not 1 == 2 }}
{{ 1 ~ 2 * 3 }}{{ 'a' ~ 'b' | upper }}{{ 2 * '3' | int }}{{ 1 - 2 - 3 }}{{ -1 | abs }}{{ - 1 + 2 }}{{ (1, 2) | list }}{{ () | list }}{{ (1,) | list }}{{ [1, 2,] }}{{ [1] + [2] }}
{{ range(3) | list }}{{ range(1, 3) | list }}{{ range(5, 0, -2) | list }}{{ range(0) | list }}
{{ messages[0]['role'] }}{{ messages[0].role }}{{ messages[0].nothing }}{{ messages[0]['nothing'] }}{{ none.a }}{{ [[1, 2]][0][1] }}{{ {'a': {'b': 'c'}}.a.b }}
{{ strftime_now('%d %b %Y %B %m %H:%M:%S %A %a %y %j %p %I %%') }}
A  {%- if true %}  B  {%- endif %}  C {{- 'D' -}} E {%- if true -%} F {%- endif -%} G
x {#- gone -#} y {# kept sides #} z {#+ plus +#} w
{{ bos_token }}{{ eos_token }}{{ tools is none }}{{ add_generation_prompt }}
{% for x in messages[1:] %}{{ x.role }}{% endfor %}{{ messages[-1].content }}{{ messages|length }}
{{ 1.0 }} {{ 0.1 + 0.2 }} {{ 3 | float }} {{ 10 // 3.0 }} {{ 7.5 % 2 }}
{{ raise_exception('no: ' ~ 1) }}
{{ 'a' + 1 }}
{{ x.y }}
{{ x + 'a' }}
{{ none + 'a' }}
{{ 1 // 0 }}
{% for a in 5 %}{% endfor %}
{{ none | length }}
{{ x | tojson }}
{{ 1 < 'a' }}
{% for a, b in [[1]] %}{% endfor %}
{{ none.strip() }}
{{ 'a' in 5 }}
""".strip("\n").split("\n")

MULTILINE = [
    "a\n  {% if true %}\n  b\n    {% endif %}\nc\n",
    "  {% if true %}x{% endif %}\n\n  {{ 1 }}\n  y",
    "a\n  {%+ if true %}\n  b\n  {%+ endif +%}\nc",
    "a\n  {%- if true -%}\n  b\n  {%- endif -%}\n  c\n\n",
    "a\n {# c #}\n b {# d #}\n{#- e #}\n f\n",
    "{% for x in [1, 2] %}\n  {{ x }}\n{% endfor %}\nend\n",
    "\r\na\r\n{% if true %}\r\nb{% endif %}\r\n",
    "{% if true %}\n{% if true %}\n\tz\n\t{% endif %}\n{% endif %}q",
    "{{ 'a\nb' }}\n{{ {'a':\n 1}['a'] }}\n  {{- 2 }}",
    "x {% if true %}  {% endif %}  {% if true %}\n{% endif %}",
    "{ a } {{ '}}' }} {{ '%}' }} {{ \"{#\" }} } {",
    "\n  {% set a = 1 %}  {% set b = 2 %}\n{{ a }}{{ b }}\n",
]


def case(name, source, messages, generate):
    try:
        text = environment().from_string(source).render(
            messages=messages, add_generation_prompt=generate, bos_token="<s>",
            eos_token="</s>", tools=None, documents=None)
        return {"name": name, "messages": messages, "add_generation_prompt": generate,
                "text": text}
    except Exception as e:
        return {"name": name, "messages": messages, "add_generation_prompt": generate,
                "refused": str(e)}


chats = []
for name in ["llama2", "llama31", "qwen25", "qwen3"]:
    source = open(name + ".jinja").read()
    for messages in CHATS:
        for generate in [True, False]:
            chats.append(case(name, source, messages, generate))

messages = [message("user", "u1"), message("assistant", "a1"), message("user", "u2")]
snippets = [case(source, source, messages, True)
            for source in SNIPPETS + MULTILINE]
json.dump({"chats": chats, "snippets": snippets}, open("cases.json", "w"),
          ensure_ascii=False, indent=1)
