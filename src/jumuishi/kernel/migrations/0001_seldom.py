from django.db import migrations

TABLE = """
CREATE TABLE kernel_seldom (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    mark uuid NOT NULL DEFAULT gen_random_uuid()
) WITH (fillfactor = 50);
INSERT INTO kernel_seldom DEFAULT VALUES;
CREATE FUNCTION kernel_seldom_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE kernel_seldom SET mark = gen_random_uuid();
    RETURN NULL;
END $$;
"""
BACK = "DROP FUNCTION kernel_seldom_changed(); DROP TABLE kernel_seldom;"


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [migrations.RunSQL(TABLE, BACK)]
