-- Lists are in the order of creation. Only indexes: the code before the simplification runs on this schema too.
CREATE INDEX vehicles_created_at ON vehicles (created_at, id);
CREATE INDEX documents_created_at ON documents (created_at, id);
