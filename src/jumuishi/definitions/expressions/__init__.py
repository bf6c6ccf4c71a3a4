"""Expressions (CEL): read into a tree of ours, checked against the types of answers, evaluated by the Rust `cel`."""
