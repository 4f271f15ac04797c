SELECT activity_type, count(*) AS plays
FROM raw
GROUP BY activity_type
ORDER BY plays DESC
