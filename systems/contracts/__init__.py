"""What the world and a system under test must agree on: one module an idea, frozen types only.

``vision``, ``service``, ``routing`` and ``items`` hold the request, the answer and the Protocol of
each kind; ``actions``, ``claims``, ``live_state`` and ``fleet`` hold what those are made of;
``chat`` and ``training`` are what a system may be handed when it is built or trained.  No request
type has a field for truth.
"""
