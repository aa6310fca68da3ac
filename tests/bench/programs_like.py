"""C++ programs as contestants write them, 40 to 80 lines long; one for each number."""

from __future__ import annotations

import random

_HEAD = """#include <bits/stdc++.h>
using namespace std;

using ll = long long;
const int MAXN = {size};
const ll MOD = {mod};

"""

_PARTS = (
    """// Union by size with path compression, because {word} edges may come in any order.
struct DSU {{
    vector<int> parent, size_;
    explicit DSU(int n) : parent(n), size_(n, 1) {{ iota(parent.begin(), parent.end(), 0); }}
    int find(int x) {{
        while (parent[x] != x) x = parent[x] = parent[parent[x]];
        return x;
    }}
    bool unite(int a, int b) {{
        a = find(a), b = find(b);
        if (a == b) return false;
        if (size_[a] < size_[b]) swap(a, b);
        parent[b] = a;
        size_[a] += size_[b];
        return true;
    }}
}};

""",
    """struct Segment{number} {{
    int n;
    vector<ll> tree, lazy;
    Segment{number}(int n) : n(n), tree(4 * n, {number}), lazy(4 * n, 0) {{}}
    void push(int v) {{
        for (int c : {{2 * v, 2 * v + 1}}) tree[c] += lazy[v], lazy[c] += lazy[v];
        lazy[v] = 0;
    }}
    void add(int v, int l, int r, int a, int b, ll x) {{
        if (a >= r || b <= l) return;
        if (a <= l && r <= b) {{
            tree[v] += x;  /* the whole part: {word} */
            lazy[v] += x;
            return;
        }}
        push(v);
        int m = (l + r) / 2;
        add(2 * v, l, m, a, b, x);
        add(2 * v + 1, m, r, a, b, x);
        tree[v] = max(tree[2 * v], tree[2 * v + 1]);
    }}
}};

""",
    """ll power(ll base, ll exponent) {{
    ll result = 1;
    for (base %= MOD; exponent > 0; exponent >>= 1) {{
        if (exponent & 1) result = result * base % MOD;
        base = base * base % MOD;
    }}
    return result;
}}

""",
    """vector<pair<int, ll>> adj[MAXN];
ll dist_{word}[MAXN];

// Dijkstra from s; edges of weight 0x{number:x} are the {word} ones.
void walk(int s, int n) {{
    fill(dist_{word}, dist_{word} + n, LLONG_MAX);
    priority_queue<pair<ll, int>, vector<pair<ll, int>>, greater<>> open;
    open.push({{dist_{word}[s] = 0, s}});
    while (!open.empty()) {{
        auto [d, u] = open.top();
        open.pop();
        if (d != dist_{word}[u]) continue;
        for (auto &[v, w] : adj[u])
            if (d + w < dist_{word}[v]) open.push({{dist_{word}[v] = d + w, v}});
    }}
}}

""",
)

_MAIN = """int main() {{
    ios::sync_with_stdio(false);
    cin.tie(nullptr);
    int n, m;
    if (!(cin >> n >> m)) return 0;
    vector<ll> a(n), best(n + 1, -1e18);
    for (auto &x : a) cin >> x;
    best[0] = {number};
    for (int i = 0; i < n; ++i) {{
        // take a[i], or leave it as the {word} before it
        best[i + 1] = max(best[i], best[max(0, i - {step})] + a[i]);
        if (best[i + 1] % {step} == 0) best[i + 1] -= {step};
    }}
    for (int q = 0; q < m; ++q) {{
        int l, r;
        cin >> l >> r;
        --l;
        if (l > r || r > n) {{
            cerr << "query " << q << " is out of range\\n";
            continue;
        }}
        cout << (best[r] - best[l] + MOD) % MOD << (q + 1 < m ? ' ' : '\\n');
    }}
    return 0;
}}
"""

_WORDS = ("heavy", "first", "hidden", "longest", "free", "open", "late", "north", "even", "prime")


def program(number: int) -> str:
    """Return one program; another number gives another one."""
    dice = random.Random(number)
    parts = dice.sample(_PARTS, dice.choice((1, 2)))
    text = _HEAD + "".join(parts) + _MAIN
    return text.format(
        size=dice.choice((100_005, 200_005, 500_005)),
        mod=dice.choice((998_244_353, 1_000_000_007)),
        number=number,
        step=dice.randrange(2, 99),
        word=dice.choice(_WORDS),
    )
