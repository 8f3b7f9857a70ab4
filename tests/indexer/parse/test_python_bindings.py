"""What gives a name or a member a value in Python."""


def test_assignments_bind_every_target(check) -> None:
    check(
        """
        a = b = f()
        c, (d, *e, g) = h()
        i, j = k, l
        m: int = 1
        n: str
        o += 1
        p[0] = 2
        del q
        (r := s)
        """,
        bindings="""
        :b = f()
        :a = f()
        :c = h()#0
        :d = h()#1#0
        :e = h()#1#*1
        :g = h()#1#-1
        :i = k
        :j = l
        :m : int
        :m = int
        :n : str
        :o = -
        :q = -
        :r = s
        """,
    )


def test_loops_with_and_except_bind(check) -> None:
    check(
        """
        async def f():
            for k, v in d.items(): pass
            async for a in b: pass
            with open(p) as h, lock: pass
            async with c as (x, y): pass
            try: pass
            except (E, F) as e: pass
            except G: pass
        """,
        bindings="""
        f:k = iterate d.items()#0
        f:v = iterate d.items()#1
        f:a = async iterate b
        f:h = enter open(p)
        f:x = async enter c#0
        f:y = async enter c#1
        f:e caught tuple(E, F)
        """,
    )


def test_comprehensions_are_scopes_whose_first_source_is_outside(check) -> None:
    check(
        """
        class A:
            xs = [g(x) for x in h(y) if i(x) for z in j(x)]
            d = {k(a): b for a, b in c}
        """,
        calls="""
        A| h(y)
        A~| i(x)
        A~| j(x)
        A~| g(x)
        A~| k(a)
        """,
        bindings="""
        A~:x = iterate h(y)
        A~:z = iterate j(x)
        A:xs = list(g(x))
        A~:a = iterate c#0
        A~:b = iterate c#1
        A:d = dict(b)
        """,
    )


def test_walrus_in_a_comprehension_binds_outside(check) -> None:
    check(
        "def f(): return [y for x in xs if (y := g(x))]",
        bindings="f~:x = iterate xs\nf:y = g(x)",
    )


def test_global_and_nonlocal_bind_where_they_say(check) -> None:
    check(
        """
        def f():
            n = 1
            def g():
                global a
                nonlocal n
                a = 1
                n = 2
                b = 3
        """,
        bindings="""
        f:n = int
        :a = int
        f:n = int
        f.g:b = int
        """,
    )


def test_match_captures_bind_and_classes_are_looked_up(check) -> None:
    check(
        """
        match command:
            case Point(x=0, y=b) | {"k": c, **rest} | [first, *others] as whole if first: pass
            case color.RED: pass
            case _: pass
        """,
        bound="""
        :b assign
        :c assign
        :rest assign
        :first assign
        :others assign
        :whole assign
        """,
        names="""
        Point
        color.RED
        command
        first
        """,
    )


def test_member_stores_keep_object_and_value(check) -> None:
    check(
        """
        class A:
            def f(self, v):
                self.x = v
                self.y: int = g()
                self.a.b += 1
                self.c, self.d = v
                del self.e
                type(self).count = 2
        """,
        members="""
        A.f| self.x = v
        A.f| self.y : int
        A.f| self.y = g()
        A.f| self.a.b = -
        A.f| self.c = v#0
        A.f| self.d = v#1
        A.f| self.e = -
        A.f| type(self).count = int
        """,
    )


def test_local_variables_and_builtins_standing_alone_are_dropped(check) -> None:
    check(
        """
        flag = 1
        def f(a):
            import b
            if a: pass
            if flag: pass
            if b: pass
            while len: pass
            if star_imported: pass
        """,
        names="flag\nb\nstar_imported",
    )


def test_names_outside_ascii_are_normalised(facts_of) -> None:
    facts = facts_of("ﬁ = 1\nfi = ﬁ.ä")
    assert {facts.strings[row] for row in facts.bindings.name} == {"fi"}
