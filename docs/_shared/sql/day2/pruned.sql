SELECT count(*) AS plays
FROM raw
WHERE partition_0 = '1999'
