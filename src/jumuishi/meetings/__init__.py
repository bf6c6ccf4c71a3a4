"""Bodies that meet: boards, councils, committees, ward committees, assemblies; from notice to decision to done.

Words: a *body* has *members* with terms; its *standing orders* are data with a gazette number, each rule with its
clause; a *meeting* is called by a notice, has *items*, and is what happened in it: its *events* in their order
(`hall/`), from which quorum, votes, results and minutes follow. A *resolution* has an owner and comes back until it is
done.
Not here: committees that decide cases (`cases/sittings`), secret ballots, sound and picture.
"""
