SELECT count(*) AS row_count
FROM processed_data
