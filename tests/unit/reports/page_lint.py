"""What a page is, as the standard library's parser sees it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"meta", "img", "input", "link", "br", "hr"})


@dataclass
class Element:
    tag: str
    attributes: dict
    parent: "Element | None" = None
    children: list = field(default_factory=list)
    texts: list = field(default_factory=list)

    def text(self):
        return "".join(self.texts) + "".join(child.text() for child in self.children)

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, tag):
        return [element for element in self.walk() if element.tag == tag]

    def inside(self, tag):
        found = self.parent
        while found is not None and found.tag != tag:
            found = found.parent
        return found


class Page(HTMLParser):
    """A tree; refuses tags that are closed in another order than they were opened."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.root = self.current = Element("document", {})
        self.declarations = []
        self.feed(text)
        self.close()
        assert self.current is self.root, f"{self.current.tag} was never closed"

    def handle_decl(self, decl):
        self.declarations.append(decl)

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{tag} has an attribute twice"
        element = Element(tag, dict(attrs), self.current)
        self.current.children.append(element)
        if tag not in VOID:
            self.current = element

    def handle_startendtag(self, tag, attrs):
        self.current.children.append(Element(tag, dict(attrs), self.current))

    def handle_endtag(self, tag):
        assert self.current.tag == tag, f"</{tag}> closes <{self.current.tag}>"
        self.current = self.current.parent

    def handle_data(self, data):
        self.current.texts.append(data)

    def all(self, tag):
        return self.root.all(tag)

    def by_id(self):
        return {e.attributes["id"]: e for e in self.root.walk() if "id" in e.attributes}
