# SPDX-License-Identifier: GPL-2.0-or-later
"""The XML stream inside: a strict reader on expat, and text to write."""
from xml.etree import ElementTree as ET
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from . import ns

STANZA_LIMIT = 256 * 1024
DEPTH_LIMIT = 32
ATTRIBUTE_LIMIT = 64
END = '</stream:stream>'
# The most bytes of an end tag of ours.
SLACK = 1024
UNDEFINED_ENTITY = expat.errors.codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]


class StreamError(Exception):
    """The peer violated the protocol; the argument is the stream error."""


class Reader:
    """Bytes to events: ('header', attributes), ('stanza', element), ('end',)."""

    def __init__(self, limit=STANZA_LIMIT):
        self._limit = limit
        self._events = []
        self._builder = None
        self._depth = 0
        self._fed = 0
        self._start = 0
        self._problem = None
        self._default = None
        parser = expat.ParserCreate('UTF-8', ' ')
        parser.ordered_attributes = False
        parser.buffer_text = True
        parser.StartElementHandler = self._element_start
        parser.EndElementHandler = self._element_end
        parser.StartNamespaceDeclHandler = self._namespace
        parser.CharacterDataHandler = self._text
        parser.CommentHandler = self._restricted
        parser.ProcessingInstructionHandler = self._restricted
        parser.StartDoctypeDeclHandler = self._restricted
        parser.SkippedEntityHandler = self._restricted
        self._parser = parser

    def feed(self, data):
        self._events = []
        self._fed += len(data)
        try:
            self._parser.Parse(data, False)
        except expat.ExpatError as error:
            if error.code == UNDEFINED_ENTITY:
                self._restricted()
            if self._problem is None:
                raise StreamError('not-well-formed') from error
        if self._problem is not None:
            raise StreamError(self._problem)
        if self._fed - self._start > self._limit:
            raise StreamError('policy-violation')
        return self._events

    def _restricted(self, *_):
        self._problem = self._problem or 'restricted-xml'

    def _namespace(self, prefix, uri):
        if self._depth == 0 and prefix is None:
            self._default = uri

    def _element_start(self, name, attributes):
        self._depth += 1
        tag = qualified(name)
        attributes = {qualified(key): value
                      for key, value in attributes.items()}
        if self._depth > DEPTH_LIMIT or len(attributes) > ATTRIBUTE_LIMIT:
            self._problem = self._problem or 'policy-violation'
        if self._depth == 1:
            if tag != '{%s}stream' % ns.STREAM or self._default != ns.CLIENT:
                self._problem = self._problem or 'invalid-namespace'
            self._events.append(('header', attributes))
            return
        if self._depth == 2:
            self._builder = ET.TreeBuilder()
            self._start = self._parser.CurrentByteIndex
        self._builder.start(tag, attributes)

    def _element_end(self, name):
        self._depth -= 1
        if self._depth == 0:
            self._events.append(('end', None))
            return
        self._builder.end(qualified(name))
        if self._depth == 1:
            end = self._end_of_tag()
            if end - self._start > self._limit:
                self._problem = self._problem or 'policy-violation'
            self._events.append(('stanza', self._builder.close()))
            self._builder = None
            self._start = end

    def _end_of_tag(self):
        """The end of the tag at whose beginning the parser is."""
        index = self._parser.CurrentByteIndex
        if index - self._start < self._limit - SLACK:
            return index
        return index + self._parser.GetInputContext().index(b'>') + 1

    def _text(self, text):
        if self._depth > 1:
            self._builder.data(text)
        elif text.strip(' \t\r\n'):
            self._problem = self._problem or 'not-well-formed'


def qualified(name):
    """expat's 'namespace name' as '{namespace}name'."""
    if ' ' in name:
        return '{%s}%s' % tuple(name.split(' ')[:2])
    return name


def header(sender, receiver, stream_id=None):
    identifier = ' id=%s' % quoteattr(stream_id) if stream_id else ''
    return ("<?xml version='1.0'?><stream:stream xmlns='%s' xmlns:stream='%s'"
            ' from=%s to=%s%s version=\'1.0\'>'
            % (ns.CLIENT, ns.STREAM, quoteattr(sender), quoteattr(receiver),
               identifier))


def features(sm=False):
    offered = "<sm xmlns='%s'/>" % ns.SM if sm else ''
    return '<stream:features>%s</stream:features>' % offered


def error(condition):
    return ("<stream:error><%s xmlns='%s'/></stream:error>"
            % (condition, ns.STREAM_ERRORS))


def message(text, identifier, kind='chat'):
    return ("<message type='%s' id=%s><body>%s</body></message>"
            % (kind, quoteattr(identifier), escape(text)))


def error_condition(node):
    """The defined condition of a <stream:error/>."""
    for child in node:
        namespace, name = ns.split(child.tag)
        if namespace == ns.STREAM_ERRORS and name != 'text':
            return name
    return None


def body(node):
    found = ns.find(node, ns.CLIENT, 'body')
    return None if found is None else found.text or ''
