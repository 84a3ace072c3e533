### models

models-one = Modèle
