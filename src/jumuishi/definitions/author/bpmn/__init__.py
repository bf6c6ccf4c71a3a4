"""A package's stages in the field's standard notation, BPMN 2.0."""
